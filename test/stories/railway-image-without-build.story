# Railway: an image needs no build

An image is deployed without a build: no bar has a place for one, and no push.

## Endpoints
railway:

## Webhooks
2026-11-10
07:45:00  railway  lifecycle image-without-build

## Claims
- rings: 0
- quiet: 0
- screen at 07:45:30 shows "Live" on 1 card
- flashes under 8 s: 0
- bars back: 0
- contradictions: 0

## Phone
2026-11-10
07:45:01  card 1  ▱▱ blue  web-shop · cache [Production]  Queued
07:45:04  card 1  ▱▱ blue  web-shop · cache [Production]  Deploying
07:45:14  card 1  ▰▰ green  web-shop · cache [Production]  Live in 15 s
07:50:14  card 1 leaves
