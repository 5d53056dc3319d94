# A crash before it ever went live

A deployment on Railway crashes while it starts, again and again: that is a failed deployment, told once.

## Endpoints
railway:

## Webhooks
2026-11-02
09:00:00  railway  deployment a building commit=aaaaaaa message="Read the settings from a file"
09:00:50  railway  deployment a deploying
09:01:05  railway  deployment a crashed (10 times, 20 s apart)
09:04:30  railway  deployment a failed

## Claims
- rings: 1
- rings saying "failed": 1
- quiet: 0
- screen at 09:10:00 shows "red" on 1 card
- contradictions: 0

## Phone
2026-11-02
09:00:01  card 1  ▱▱▱ blue  web-shop · api [Production]  Building · main · aaaaaaa
09:00:50  card 1  ▰▱▱ blue  web-shop · api [Production]  Deploying · main · aaaaaaa
09:01:05  card 1  ▰▱▱ red  web-shop · api [Production]  Deploying failed after 1 min 5 s · main · aaaaaaa
09:01:05  RINGS  web-shop · api production failed  Deploying failed after 1 min 5 s · main · aaaaaaa  Read the settings from a file
16:59:01  card 1 leaves
