# Netlify: a preview is ready

A deploy preview of a pull request is built: Ready, under its number, and no push.

## Endpoints
netlify:

## Webhooks
2026-11-11
08:00:00  netlify  lifecycle preview-success

## Claims
- rings: 0
- quiet: 0
- screen at 08:01:00 shows "PR 128" on 1 card
- screen at 08:01:00 shows "Ready" on 1 card
- flashes under 8 s: 0
- bars back: 0
- contradictions: 0

## Phone
2026-11-11
08:00:07  card 1  ▱▱ blue  web-shop [PR 128]  Building · feature/wishlist · 2f26f21
08:00:36  card 1  ▰▰ green  web-shop [PR 128]  Ready in 37 s · feature/wishlist · 2f26f21
08:05:36  card 1 leaves
