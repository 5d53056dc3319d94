# Vercel: a newer push cancels a build

A production build that a newer push canceled rings nobody.

## Endpoints
vercel:

## Webhooks
2026-11-03
15:05:00  vercel  lifecycle production-canceled

## Claims
- rings: 0
- quiet: 0
- cards from 15:07:00: 0
- bars back: 0
- contradictions: 0

## Phone
2026-11-03
15:05:01  card 1  ▱▱ blue  web-shop [Production]  Building · main · 2c85ea6
15:05:06  card 1  ▱▱ gray  web-shop [Production]  Canceled after 6 s · main · 2c85ea6
15:06:06  card 1 leaves
