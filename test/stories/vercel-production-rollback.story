# Vercel: rolled back to what was never heard of

A deployment goes live and is rolled back to one of which nothing was ever heard: one ring, and the card no longer says that the newer one is live.

## Endpoints
vercel:

## Webhooks
2026-11-02
09:00:00  vercel  lifecycle production-rollback

## Claims
- rings: 1
- rings saying "rolled back": 1
- quiet: 0
- screen at 09:07:00 shows "Rolled back" on 1 card
- flashes under 8 s: 0
- bars back: 0
- contradictions: 0

## Phone
2026-11-02
09:00:01  card 1  ▱▱ blue  web-shop [Production]  Building · main · 7f3c1e0
09:00:34  card 1  ▰▱ blue  web-shop [Production]  Checks · main · 7f3c1e0
09:00:37  card 1  ▰▱ blue  web-shop [Production]  Going live · main · 7f3c1e0
09:00:38  card 1  ▰▰ green  web-shop [Production]  Live in 38 s · main · 7f3c1e0
09:05:38  card 1 leaves
09:06:52  card 1  ▫▫ green  web-shop [Production]  Rolled back
09:06:52  RINGS  web-shop production rolled back to an earlier one  Rolled back
09:11:52  card 1 leaves
