# Netlify: a fork's deploy is rejected

A deploy from a fork asks to be let in and is rejected: gray for a minute.

## Endpoints
netlify:

## Webhooks
2026-11-11
15:00:00  netlify  lifecycle preview-rejected

## Claims
- rings: 0
- quiet: 0
- screen at 15:01:00 shows "Needs approval" on 1 card
- cards from 15:03:00: 0
- flashes under 8 s: 0
- bars back: 0
- contradictions: 0

## Phone
2026-11-11
15:00:08  card 1  ▱▱▱ orange  web-shop [PR 134]  Needs approval · patch-2 · f3fc64b
15:01:35  card 1  ▱▱▱ gray  web-shop [PR 134]  Canceled after 1 min 35 s · patch-2 · f3fc64b
15:02:35  card 1 leaves
