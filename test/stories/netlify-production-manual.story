# Netlify: from the command line

A deploy from the command line is live with its first webhook: no push.

## Endpoints
netlify:

## Webhooks
2026-11-12
13:00:00  netlify  lifecycle production-manual

## Claims
- rings: 0
- quiet: 0
- screen at 13:01:00 shows "Live" on 1 card
- flashes under 8 s: 0
- bars back: 0
- contradictions: 0

## Phone
2026-11-12
13:00:00  card 1  ▰▰ green  web-shop [Production]  Live in 6 s · main
13:05:00  card 1 leaves
