# GitHub: a newer push cancels a run

A run that a newer push canceled is nobody's business: gray for a minute, no push.

## Endpoints
github:

## Webhooks
2026-11-02
12:40:00  github  lifecycle ci-canceled

## Claims
- rings: 0
- quiet: 0
- screen at 12:40:30 shows "Canceled" on 1 card
- cards from 12:42:00: 0
- flashes under 8 s: 0
- bars back: 0
- contradictions: 0

## Phone
2026-11-02
12:40:08  card 1  ▱ blue  web-shop · CI [#533]  test · main · 5b1f0c9
12:40:20  card 1  ▱ blue  web-shop · CI [#533]  Running · main · 5b1f0c9
12:40:21  card 1  ▫ gray  web-shop · CI [#533]  Canceled after 21 s · main · 5b1f0c9
12:41:21  card 1 leaves
