# GitHub: production goes live

A deployment by GitHub Actions goes live: a green card for five minutes, no push.

## Endpoints
github:

## Webhooks
2026-11-02
09:00:00  github  lifecycle production-success

## Claims
- rings: 0
- quiet: 0
- screen at 09:02:00 shows "Live" on 1 card
- cards from 09:07:00: 0
- flashes under 8 s: 0
- bars back: 0
- contradictions: 0

## Phone
2026-11-02
09:00:01  card 1  ▱▱▱ blue  web-shop [Production]  Queued · main · 5b1f0c9
09:00:04  card 1  ▱▱▱ blue  web-shop [Production]  Queued · main · 5b1f0c9
09:00:11  card 1  ▰▱▱ blue  web-shop [Production]  Deploying · main · 5b1f0c9
09:01:14  card 1  ▰▰▰ green  web-shop [Production]  Live in 1 min 14 s · main · 5b1f0c9
09:06:14  card 1 leaves
