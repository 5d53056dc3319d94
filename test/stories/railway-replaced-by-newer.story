# Railway: the older deployment is removed

A newer deployment goes live and the older one is removed: that is no crash and no cancellation.

## Endpoints
railway:

## Webhooks
2026-11-02
09:00:00  railway  lifecycle replaced-by-newer

## Claims
- rings: 0
- quiet: 0
- cards: 1
- screen at 10:32:00 shows "Live" on 1 card
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
10:30:01  card 1  ▱▱▱▱ blue  web-shop · api [Production]  Queued · main · 5a2e3d4
10:30:05  card 1  ▰▱▱▱ blue  web-shop · api [Production]  Building · main · 5a2e3d4
10:31:09  card 1  ▰▰▱▱ blue  web-shop · api [Production]  Deploying · main · 5a2e3d4
10:31:28  card 1  ▰▰▰▰ green  web-shop · api [Production]  Live in 1 min 28 s · main · 5a2e3d4
10:36:28  card 1 leaves
