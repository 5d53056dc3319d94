# Vercel: built, not promoted

A production deployment is built and never promoted: nobody may think that it is live.

## Endpoints
vercel:

## Webhooks
2026-11-05
11:00:00  vercel  lifecycle production-staged

## Claims
- rings: 0
- quiet: 0
- screen at 11:07:00 shows "Built, not promoted" on 1 card
- screen at 11:07:00 does not show "Live"
- flashes under 8 s: 0
- bars back: 0
- contradictions: 0

## Phone
2026-11-05
11:00:01  card 1  ▱▱ blue  web-shop [Production]  Building · main · 60b7e1f
11:00:52  card 1  ▰▱ blue  web-shop [Production]  Checks · main · 60b7e1f
11:00:55  card 1  ▰▱ blue  web-shop [Production]  Going live · main · 60b7e1f
11:05:53  card 1  ▰▫ green  web-shop [Production]  Built, not promoted · main · 60b7e1f
11:10:53  card 1 leaves
