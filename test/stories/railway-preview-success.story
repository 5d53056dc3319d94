# Railway: the environment of a pull request

The environment of a pull request is deployed: Ready, under its number.

## Endpoints
railway:

## Webhooks
2026-11-05
08:12:00  railway  lifecycle preview-success

## Claims
- rings: 0
- quiet: 0
- screen at 08:14:00 shows "PR 42" on 1 card
- screen at 08:14:00 shows "Ready" on 1 card
- flashes under 8 s: 0
- bars back: 0
- contradictions: 0

## Phone
2026-11-05
08:12:08  card 1  ▱▱▱ blue  web-shop · api [PR 42]  Building · feature/gift-cards · 8d51607
08:13:01  card 1  ▰▱▱ blue  web-shop · api [PR 42]  Deploying · feature/gift-cards · 8d51607
08:13:20  card 1  ▰▰▰ green  web-shop · api [PR 42]  Ready in 1 min 20 s · feature/gift-cards · 8d51607
08:18:20  card 1 leaves
