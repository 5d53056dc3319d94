# Railway: a live service crashes

A service crashes an hour after it went live: one ring.

## Endpoints
railway:

## Webhooks
2026-11-02
09:00:00  railway  lifecycle crash-after-live

## Claims
- rings: 1
- rings saying "crashed": 1
- quiet: 0
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
10:20:00  RINGS  web-shop: api crashed  production · main · Fix the cart total
