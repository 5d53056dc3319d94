# Crash loop

A service on Railway is deployed, runs out of memory and crashes every 20 s for an hour; then a new deployment goes live. A week
later it crashes again. One ring in the first hour, one when the new deployment is live, one a week later.

## Endpoints
railway:

## Webhooks
2026-11-02
09:00:00  railway  deployment a building commit=aaaaaaa message="Resize images in the request"
09:00:50  railway  deployment a deploying
09:01:10  railway  deployment a deployed
09:05:00  railway  deployment a oom_killed (180 times, 20 s apart)
09:05:01  railway  deployment a crashed (180 times, 20 s apart)
10:06:00  railway  deployment b building commit=bbbbbbb message="Resize images in a worker"
10:06:50  railway  deployment b deploying
10:07:10  railway  deployment b deployed
10:07:20  railway  deployment a removed
2026-11-09
14:00:00  railway  deployment b crashed

## Claims
- rings: 3
- rings until 10:06:00: 1
- rings saying "is live again": 1
- rings from 2026-11-09 14:00:00: 1
- quiet: 0
- contradictions: 0
- cards of one track at once: 1

## Phone
2026-11-02
09:00:01  card 1  ▱▱▱ blue  web-shop · api [Production]  Building · main · aaaaaaa
09:00:50  card 1  ▰▱▱ blue  web-shop · api [Production]  Deploying · main · aaaaaaa
09:01:10  card 1  ▰▰▰ green  web-shop · api [Production]  Live in 1 min 10 s · main · aaaaaaa
09:05:00  RINGS  web-shop: api ran out of memory  production · main · Resize images in the request
09:06:10  card 1 leaves
10:06:01  card 1  ▱▱▱ blue  web-shop · api [Production]  Building · main · bbbbbbb
10:06:50  card 1  ▰▱▱ blue  web-shop · api [Production]  Deploying · main · bbbbbbb
10:07:10  card 1  ▰▰▰ green  web-shop · api [Production]  Live in 1 min 10 s · main · bbbbbbb
10:07:10  RINGS  web-shop · api production is live again  Live in 1 min 10 s · main · bbbbbbb  Fixed after 1 h 2 min
10:12:10  card 1 leaves
2026-11-09
14:00:00  RINGS  web-shop: api crashed  production · main · Resize images in a worker
