# Netlify: a fork's deploy is accepted

A deploy from a fork asks to be let in, is accepted and gets ready.

## Endpoints
netlify:

## Webhooks
2026-11-11
10:00:00  netlify  lifecycle preview-approved

## Claims
- rings: 0
- quiet: 0
- screen at 10:03:00 shows "Needs approval" on 1 card
- screen at 10:08:00 shows "Ready" on 1 card
- flashes under 8 s: 0
- bars back: 0
- contradictions: 0

## Phone
2026-11-11
10:00:08  card 1  ▱▱▱ orange  web-shop [PR 133]  Needs approval · patch-1 · 54d7290
10:07:01  card 1  ▰▱▱ blue  web-shop [PR 133]  Queued · patch-1 · 54d7290
10:07:04  card 1  ▰▱▱ blue  web-shop [PR 133]  Building · patch-1 · 54d7290
10:07:39  card 1  ▰▰▰ green  web-shop [PR 133]  Ready in 7 min 40 s · patch-1 · 54d7290
10:12:39  card 1 leaves
