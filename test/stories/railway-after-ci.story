# Railway: a deployment waits for CI

A deployment waits for CI and goes live: nobody is asked for anything, so nobody is rung.

## Endpoints
railway:

## Webhooks
2026-11-09
13:00:00  railway  lifecycle after-ci

## Claims
- rings: 0
- quiet: 0
- screen at 13:02:00 does not show "approval"
- screen at 13:05:00 shows "Live" on 1 card
- flashes under 8 s: 0
- bars back: 0
- contradictions: 0

## Phone
2026-11-09
13:00:01  card 1  ▱▱▱ blue  web-shop · api [Production]  Queued · main · af73829
13:03:09  card 1  ▱▱▱ blue  web-shop · api [Production]  Building · main · af73829
13:04:03  card 1  ▰▱▱ blue  web-shop · api [Production]  Deploying · main · af73829
13:04:22  card 1  ▰▰▰ green  web-shop · api [Production]  Live in 4 min 23 s · main · af73829
13:09:22  card 1 leaves
