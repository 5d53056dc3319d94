# GitHub: production fails

A deployment to production fails with a sentence: one ring that has the sentence, and a red card until somebody mends it.

## Endpoints
github:

## Webhooks
2026-11-02
09:20:00  github  lifecycle production-failure

## Claims
- rings: 1
- rings saying "Health check failed": 1
- quiet: 0
- screen at 12:00:00 shows "red" on 1 card
- flashes under 8 s: 0
- bars back: 0
- contradictions: 0

## Phone
2026-11-02
09:20:01  card 1  ▱▱▱ blue  web-shop [Production]  Queued · main · c40e8b7
09:20:04  card 1  ▱▱▱ blue  web-shop [Production]  Queued · main · c40e8b7
09:20:08  card 1  ▰▱▱ blue  web-shop [Production]  Deploying · main · c40e8b7
09:20:49  card 1  ▰▱▱ red  web-shop [Production]  Deploying failed after 49 s · Health check fai… · main · c40e8b7
09:20:49  RINGS  web-shop production failed  Deploying failed after 49 s · Health check fai… · main · c40e8b7  Move sessions to Redis · Health check failed: GET /health answered 502
17:19:01  card 1 leaves
