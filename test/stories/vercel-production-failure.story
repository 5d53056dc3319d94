# Vercel: a build fails

A production build fails: one ring and a red card.

## Endpoints
vercel:

## Webhooks
2026-11-03
14:20:00  vercel  lifecycle production-failure

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
14:20:01  card 1  ▱▱ blue  web-shop [Production]  Building · main · b19d07c
14:20:21  card 1  ▱▱ red  web-shop [Production]  Building failed after 21 s · main · b19d07c
14:20:21  RINGS  web-shop production failed  Building failed after 21 s · main · b19d07c  Search: rank by stock first
22:19:01  card 1 leaves
