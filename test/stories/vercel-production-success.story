# Vercel: production goes live

A deployment from git goes live: a green card for five minutes, no push.

## Endpoints
vercel:

## Webhooks
2026-11-02
09:00:00  vercel  lifecycle production-success

## Claims
- rings: 0
- quiet: 0
- screen at 09:01:00 shows "Live" on 1 card
- cards from 09:06:00: 0
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
