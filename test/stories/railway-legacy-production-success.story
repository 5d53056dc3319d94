# Railway: the format of before November 2025

A deployment in the old format goes live as any other.

## Endpoints
railway:

## Webhooks
2026-11-13
15:00:00  railway  lifecycle legacy-production-success

## Claims
- rings: 0
- quiet: 0
- screen at 15:02:00 shows "Live" on 1 card
- flashes under 8 s: 0
- bars back: 0
- contradictions: 0

## Phone
2026-11-13
15:00:01  card 1  ▱▱▱ blue  web-shop · api [Production]  Queued · main · d2a6b5c
15:00:04  card 1  ▱▱▱ blue  web-shop · api [Production]  Building · main · d2a6b5c
15:00:51  card 1  ▰▱▱ blue  web-shop · api [Production]  Deploying · main · d2a6b5c
15:01:10  card 1  ▰▰▰ green  web-shop · api [Production]  Live in 1 min 10 s · main · d2a6b5c
15:06:10  card 1 leaves
