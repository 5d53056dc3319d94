# Netlify: production goes live

A deploy from git goes live: a green card for five minutes, no push.

## Endpoints
netlify:

## Webhooks
2026-11-10
09:00:00  netlify  lifecycle production-success

## Claims
- rings: 0
- quiet: 0
- screen at 09:01:00 shows "Live" on 1 card
- cards from 09:06:00: 0
- flashes under 8 s: 0
- bars back: 0
- contradictions: 0

## Phone
2026-11-10
09:00:00  card 1  ▱▱ blue  web-shop [Production]  Building · main · 2e42dca
09:00:41  card 1  ▰▰ green  web-shop [Production]  Live in 43 s · main · 2e42dca
09:05:41  card 1 leaves
