# Vercel: checks fail and pass

Checks of a preview fail and pass when they are run again: it gets ready, and nobody was rung for what was not over.

## Endpoints
vercel:

## Webhooks
2026-11-04
10:40:00  vercel  lifecycle preview-checks-rerun

## Claims
- rings: 0
- quiet: 0
- screen at 10:43:00 shows "Ready" on 1 card
- flashes under 8 s: 0
- bars back: 0
- contradictions: 0

## Phone
2026-11-04
10:40:08  card 1  ▱▱ blue  web-shop [PR 131]  Building · feature/gift-cards · 914fb37
10:40:41  card 1  ▰▱ blue  web-shop [PR 131]  Checks · feature/gift-cards · 914fb37
10:41:36  card 1  ▰▱ blue  web-shop [PR 131]  Getting ready · feature/gift-cards · 914fb37
10:42:41  card 1  ▰▰ green  web-shop [PR 131]  Ready in 2 min 41 s · feature/gift-cards · 914fb37
10:47:41  card 1 leaves
