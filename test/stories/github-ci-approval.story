# GitHub: a workflow asks for approval

A workflow builds, asks a team to approve production, is approved and passes. One ring: the request.

## Endpoints
github:

## Webhooks
2026-11-02
13:00:00  github  lifecycle ci-approval

## Claims
- rings: 1
- rings saying "needs approval": 1
- quiet: 0
- screen at 13:02:00 shows "Needs approval" on 1 card
- screen at 13:05:10 shows "Passed" on 1 card
- flashes under 8 s: 0
- bars back: 0
- contradictions: 0

## Phone
2026-11-02
13:00:08  card 1  ▱ blue  web-shop · Deploy [#220]  build · main · 5b1f0c9
13:00:42  card 1  ▱ blue  web-shop · Deploy [#220]  Running · main · 5b1f0c9
13:00:45  card 1  ▱ orange  web-shop · Deploy [#220]  Waiting · main · 5b1f0c9
13:00:45  RINGS  web-shop · Deploy needs approval  Needs approval · main · 5b1f0c9  Approve production (release-crew) · Faster checkout
13:00:48  card 1  ▱ orange  web-shop · Deploy [#220]  Needs approval · main · 5b1f0c9
13:04:10  card 1  ▱ orange  web-shop · Deploy [#220]  Waiting · main · 5b1f0c9
13:04:13  card 1  ▱ blue  web-shop · Deploy [#220]  deploy · main · 5b1f0c9
13:05:02  card 1  ▱ blue  web-shop · Deploy [#220]  Running · main · 5b1f0c9
13:05:04  card 1  ▰ green  web-shop · Deploy [#220]  Passed in 5 min 4 s · main · 5b1f0c9
13:10:04  card 1 leaves
