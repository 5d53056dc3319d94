# Netlify: an earlier deploy is published again

Two deploys go live, then the first is published again: one ring, which says to what it was gone back.

## Endpoints
netlify:

## Webhooks
2026-11-10
09:00:00  netlify  lifecycle production-rollback

## Claims
- rings: 1
- rings saying "rolled back to 2e42dca": 1
- quiet: 0
- cards: 1
- screen at 10:31:00 shows "Rolled back" on 1 card
- flashes under 8 s: 0
- bars back: 0
- contradictions: 0

## Phone
2026-11-10
09:00:00  card 1  ▱▱ blue  web-shop [Production]  Building · main · 2e42dca
09:00:41  card 1  ▰▰ green  web-shop [Production]  Live in 43 s · main · 2e42dca
09:05:41  card 1 leaves
10:00:00  card 1  ▱▱ blue  web-shop [Production]  Building · main · 0412b51
10:00:44  card 1  ▰▰ green  web-shop [Production]  Live in 46 s · main · 0412b51
10:05:44  card 1 leaves
10:30:00  card 1  ▰▰ green  web-shop [Production]  Rolled back · main · 2e42dca
10:30:00  RINGS  web-shop production rolled back to 2e42dca  Rolled back · main · 2e42dca  Checkout: remember the cart between visits
10:35:00  card 1 leaves
