# Vercel: a preview is ready

A preview of a pull request is built: Ready, under its number.

## Endpoints
vercel:

## Webhooks
2026-11-04
08:12:00  vercel  lifecycle preview-success

## Claims
- rings: 0
- quiet: 0
- screen at 08:13:00 shows "PR 128" on 1 card
- flashes under 8 s: 0
- bars back: 0
- contradictions: 0

## Phone
2026-11-04
08:12:08  card 1  ▱▱ blue  web-shop [PR 128]  Building · feature/wishlist · d06e4b9
08:12:28  card 1  ▰▱ blue  web-shop [PR 128]  Checks · feature/wishlist · d06e4b9
08:12:29  card 1  ▰▰ green  web-shop [PR 128]  Ready in 29 s · feature/wishlist · d06e4b9
08:17:29  card 1 leaves
