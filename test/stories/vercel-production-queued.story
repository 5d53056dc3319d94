# Vercel: a build waits for a builder

A production build waits for a free builder and goes live: no push.

## Endpoints
vercel:

## Webhooks
2026-11-06
07:45:00  vercel  lifecycle production-queued

## Claims
- rings: 0
- quiet: 0
- screen at 07:48:00 shows "Live" on 1 card
- flashes under 8 s: 0
- bars back: 0
- contradictions: 0

## Phone
2026-11-06
07:45:01  card 1  ▱▱ blue  web-shop [Production]  Building · main · e8417c0
07:47:11  card 1  ▰▱ blue  web-shop [Production]  Checks · main · e8417c0
07:47:14  card 1  ▰▰ green  web-shop [Production]  Live in 2 min 14 s · main · e8417c0
07:52:14  card 1 leaves
