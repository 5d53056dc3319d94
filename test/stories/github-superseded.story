# GitHub: the older deployment becomes inactive

A newer deployment to staging goes live, and the older one becomes inactive: that is no news.

## Endpoints
github:

## Webhooks
2026-11-02
10:20:00  github  lifecycle superseded

## Claims
- rings: 0
- quiet: 0
- cards: 1
- screen at 10:31:00 shows "Live" on 1 card
- flashes under 8 s: 0
- bars back: 0
- contradictions: 0

## Phone
2026-11-02
10:20:08  card 1  ▰▱▱ blue  web-shop [Staging]  Deploying · main · 5b1f0c9
10:20:35  card 1  ▰▰▰ green  web-shop [Staging]  Live in 35 s · main · 5b1f0c9
10:25:35  card 1 leaves
10:30:08  card 1  ▰▱▱ blue  web-shop [Staging]  Deploying · main · c40e8b7
10:30:38  card 1  ▰▰▰ green  web-shop [Staging]  Live in 38 s · main · c40e8b7
10:35:38  card 1 leaves
