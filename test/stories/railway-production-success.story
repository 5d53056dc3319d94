# Railway: production goes live

A deployment from git goes live: a green card for five minutes, no push.

## Endpoints
railway:

## Webhooks
2026-11-02
09:00:00  railway  lifecycle production-success

## Claims
- rings: 0
- quiet: 0
- screen at 09:02:00 shows "Live" on 1 card
- bars whose segments change: 0
- flashes under 8 s: 0
- bars back: 0
- contradictions: 0

## Phone
2026-11-02
09:00:01  card 1  ▱▱▱ blue  web-shop · api [Production]  Queued · main · 4f1d2c3
09:00:06  card 1  ▱▱▱ blue  web-shop · api [Production]  Building · main · 4f1d2c3
09:01:14  card 1  ▰▱▱ blue  web-shop · api [Production]  Deploying · main · 4f1d2c3
09:01:36  card 1  ▰▰▰ green  web-shop · api [Production]  Live in 1 min 36 s · main · 4f1d2c3
09:06:36  card 1 leaves
