# Vercel: failed, and promoted all the same

A deployment that was said to have failed is promoted: what was told is taken back.

## Endpoints
vercel:

## Webhooks
2026-11-05
16:30:00  vercel  lifecycle production-promoted-after-error

## Claims
- rings: 2
- rings saying "is live again": 1
- quiet: 0
- screen at 16:31:00 shows "Live" on 1 card
- flashes under 8 s: 0
- bars back: 0
- contradictions: 0

## Phone
2026-11-05
16:30:01  card 1  ▱▱ blue  web-shop [Production]  Building · main · 3ad9520
16:30:47  card 1  ▱▱ red  web-shop [Production]  Building failed after 47 s · main · 3ad9520
16:30:47  RINGS  web-shop production failed  Building failed after 47 s · main · 3ad9520  Images: serve AVIF
16:30:52  card 1  ▰▰ green  web-shop [Production]  Live in 53 s · main · 3ad9520
16:30:52  RINGS  web-shop production is live again  Live in 53 s · main · 3ad9520  Fixed after 6 s · Images: serve AVIF
16:35:52  card 1 leaves
