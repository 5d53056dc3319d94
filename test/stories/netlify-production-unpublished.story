# Netlify: built, not published

Publishing is stopped: a deploy is built, and nobody may think that it is live.

## Endpoints
netlify:

## Webhooks
2026-11-12
09:00:00  netlify  lifecycle production-unpublished

## Claims
- rings: 0
- quiet: 0
- screen at 09:01:00 shows "Built, not published" on 1 card
- screen at 09:01:00 does not show "Live"
- flashes under 8 s: 0
- bars back: 0
- contradictions: 0

## Phone
2026-11-12
09:00:01  card 1  ▱▱ blue  web-shop [Production]  Building · main · 1ed7a73
09:00:38  card 1  ▰▰ green  web-shop [Production]  Built, not published · main · 1ed7a73
09:05:38  card 1 leaves
