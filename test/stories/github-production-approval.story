# GitHub: a deployment waits by a rule

A deployment's status is waiting and nobody is asked by name: the card says that it waits, nobody is rung.

## Endpoints
github:

## Webhooks
2026-11-02
10:00:00  github  lifecycle production-approval

## Claims
- rings: 0
- quiet: 0
- screen at 10:01:00 shows "Waiting" on 1 card
- screen at 10:01:00 does not show "approval"
- screen at 10:04:10 shows "Live" on 1 card
- flashes under 8 s: 0
- bars back: 0
- contradictions: 0

## Phone
2026-11-02
10:00:01  card 1  ▱▱▱ blue  web-shop [Production]  Queued · main · 5b1f0c9
10:00:04  card 1  ▱▱▱ orange  web-shop [Production]  Waiting · main · 5b1f0c9
10:03:01  card 1  ▱▱▱ blue  web-shop [Production]  Queued · main · 5b1f0c9
10:03:10  card 1  ▰▱▱ blue  web-shop [Production]  Deploying · main · 5b1f0c9
10:04:04  card 1  ▰▰▰ green  web-shop [Production]  Live in 4 min 4 s · main · 5b1f0c9
10:09:04  card 1 leaves
