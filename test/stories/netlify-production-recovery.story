# Netlify: a success after a failure that was not heard

Netlify says that it succeeded after failing, but nobody here was told of the failure: no push says that anything is mended.

## Endpoints
netlify:

## Webhooks
2026-11-10
11:20:00  netlify  lifecycle production-recovery

## Claims
- rings: 0
- quiet: 0
- screen at 11:21:00 shows "Live" on 1 card
- flashes under 8 s: 0
- bars back: 0
- contradictions: 0

## Phone
2026-11-10
11:20:00  card 1  ▱▱ blue  web-shop [Production]  Building · main · 7178e3d
11:20:39  card 1  ▰▰ green  web-shop [Production]  Live in 41 s · main · 7178e3d
11:25:39  card 1 leaves
