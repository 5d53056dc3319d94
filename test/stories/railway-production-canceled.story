# Railway: somebody aborts a build

A build is aborted by a person: gray for a minute, no push.

## Endpoints
railway:

## Webhooks
2026-11-04
11:05:00  railway  lifecycle production-canceled

## Claims
- rings: 0
- quiet: 0
- screen at 11:05:30 shows "Canceled" on 1 card
- cards from 11:07:00: 0
- flashes under 8 s: 0
- bars back: 0
- contradictions: 0

## Phone
2026-11-04
11:05:01  card 1  ▱▱▱ blue  web-shop · api [Production]  Queued · main · 7c405f6
11:05:04  card 1  ▱▱▱ blue  web-shop · api [Production]  Building · main · 7c405f6
11:05:19  card 1  ▱▱▱ gray  web-shop · api [Production]  Canceled after 20 s · main · 7c405f6
11:06:19  card 1 leaves
