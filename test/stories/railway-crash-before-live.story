# Railway: a crash before it is live

A deployment crashes while it starts: that is a failed deployment, one ring, and a red card.

## Endpoints
railway:

## Webhooks
2026-11-11
19:30:00  railway  lifecycle crash-before-live

## Claims
- rings: 1
- rings saying "failed": 1
- quiet: 0
- screen at 19:40:00 shows "red" on 1 card
- flashes under 8 s: 0
- bars back: 0
- contradictions: 0

## Phone
2026-11-11
19:30:01  card 1  ▱▱▱ blue  web-shop · api [Production]  Building · main · b08493a
19:30:57  card 1  ▰▱▱ blue  web-shop · api [Production]  Deploying · main · b08493a
19:31:23  card 1  ▰▱▱ red  web-shop · api [Production]  Deploying failed after 1 min 24 s · main · b08493a
19:31:23  RINGS  web-shop · api production failed  Deploying failed after 1 min 24 s · main · b08493a  Read the port from the environment
2026-11-12
03:29:01  card 1 leaves
