# Railway: a build fails

A production build fails: one ring and a red card.

## Endpoints
railway:

## Webhooks
2026-11-03
14:20:00  railway  lifecycle production-failure

## Claims
- rings: 1
- rings saying "failed": 1
- quiet: 0
- screen at 15:00:00 shows "red" on 1 card
- flashes under 8 s: 0
- bars back: 0
- contradictions: 0

## Phone
2026-11-03
14:20:01  card 1  ▱▱▱ blue  web-shop · api [Production]  Queued · main · 6b3f4e5
14:20:05  card 1  ▱▱▱ blue  web-shop · api [Production]  Building · main · 6b3f4e5
14:20:48  card 1  ▱▱▱ red  web-shop · api [Production]  Building failed after 49 s · main · 6b3f4e5
14:20:48  RINGS  web-shop · api production failed  Building failed after 49 s · main · 6b3f4e5  Upgrade the payment client
22:19:01  card 1 leaves
