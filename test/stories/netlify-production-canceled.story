# Netlify: a build is canceled

A canceled production build, which Netlify calls failed, is gray and rings nobody.

## Endpoints
netlify:

## Webhooks
2026-11-10
12:00:00  netlify  lifecycle production-canceled

## Claims
- rings: 0
- quiet: 0
- screen at 12:00:15 shows "Canceled" on 1 card
- cards from 12:02:00: 0
- flashes under 8 s: 0
- bars back: 0
- contradictions: 0

## Phone
2026-11-10
12:00:01  card 1  ▱▱ blue  web-shop [Production]  Building · main · ab7977d
12:00:08  card 1  ▱▱ gray  web-shop [Production]  Canceled after 9 s · main · ab7977d
12:01:08  card 1 leaves
