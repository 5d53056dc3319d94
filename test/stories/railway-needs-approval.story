# Railway: somebody has to approve

A deployment waits until somebody approves it: one ring, and an amber card until then.

## Endpoints
railway:

## Webhooks
2026-11-06
16:40:00  railway  lifecycle needs-approval

## Claims
- rings: 1
- rings saying "needs approval": 1
- quiet: 0
- screen at 16:42:00 shows "orange" on 1 card
- screen at 16:49:00 shows "Live" on 1 card
- flashes under 8 s: 0
- bars back: 0
- contradictions: 0

## Phone
2026-11-06
16:40:00  RINGS  web-shop · api production needs approval  Needs approval · main · 9e62718  Queued · Correct a typo in the footer
16:40:01  card 1  ▱▱▱▱ orange  web-shop · api [Production]  Needs approval · main · 9e62718
16:46:52  card 1  ▰▱▱▱ blue  web-shop · api [Production]  Building · main · 9e62718
16:47:50  card 1  ▰▰▱▱ blue  web-shop · api [Production]  Deploying · main · 9e62718
16:48:08  card 1  ▰▰▰▰ green  web-shop · api [Production]  Live in 8 min 9 s · main · 9e62718
16:53:08  card 1 leaves
