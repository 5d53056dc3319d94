# GitHub: a matrix passes

A run with a matrix and a skipped job passes: a green card, no push.

## Endpoints
github:

## Webhooks
2026-11-02
12:00:00  github  lifecycle ci-success

## Claims
- rings: 0
- quiet: 0
- cards: 1
- screen at 12:02:00 shows "Passed" on 1 card
- flashes under 8 s: 0
- bars back: 0
- contradictions: 0

## Phone
2026-11-02
12:00:08  card 1  ▱▱ blue  web-shop · CI [#531]  Queued · main · 5b1f0c9
12:00:11  card 1  ▱▱ blue  web-shop · CI [#531]  lint +1 · main · 5b1f0c9
12:00:41  card 1  ▰▱ blue  web-shop · CI [#531]  test 0 of 2 · main · 5b1f0c9
12:01:22  card 1  ▰▱ blue  web-shop · CI [#531]  test 1 of 2 · main · 5b1f0c9
12:01:39  card 1  ▰▱ blue  web-shop · CI [#531]  Running · main · 5b1f0c9
12:01:42  card 1  ▰▰ green  web-shop · CI [#531]  Passed in 1 min 42 s · main · 5b1f0c9
12:06:42  card 1 leaves
