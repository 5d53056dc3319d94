# Netlify: nothing to build

A branch deploy is skipped because nothing changed: no card, no push.

## Endpoints
netlify:

## Webhooks
2026-11-12
14:00:00  netlify  lifecycle branch-skipped

## Claims
- rings: 0
- quiet: 0
- cards: 0
- flashes under 8 s: 0
- bars back: 0
- contradictions: 0

## Phone

