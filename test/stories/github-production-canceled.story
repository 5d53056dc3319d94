# GitHub: a deployment is canceled

A deployment goes down with its canceled job: gray for a minute, no push.

## Endpoints
github:

## Webhooks
2026-11-02
09:40:00  github  lifecycle production-canceled

## Claims
- rings: 0
- quiet: 0
- screen at 09:40:30 shows "Canceled" on 1 card
- cards from 09:42:00: 0
- flashes under 8 s: 0
- bars back: 0
- contradictions: 0

## Phone
2026-11-02
09:40:01  card 1  ▱▱▱ blue  web-shop [Production]  Queued · main · 5b1f0c9
09:40:04  card 1  ▱▱▱ blue  web-shop [Production]  Queued · main · 5b1f0c9
09:40:09  card 1  ▰▱▱ blue  web-shop [Production]  Deploying · main · 5b1f0c9
09:40:25  card 1  ▰▱▱ gray  web-shop [Production]  Canceled after 25 s · main · 5b1f0c9
09:41:25  card 1 leaves
