# Monorepo Monday

One push to main: five Vercel apps of one repository, of which three have nothing to build (created, canceled 4 s later) and
two build for 70 s and go live. GitHub Actions takes six minutes and asks two named people to approve production. Vercel's bot
tells GitHub of the same five deployments. One card for the apps, a segment each; one for the workflow; one buzz.

## Endpoints
vercel:
github:

## Webhooks
2026-11-02
09:00:00  github  run 41 requested workflow=Deploy by=ada commit=5b1f0c9 message="Prices with tax"
09:00:01  vercel  deployment v{n} created app=app-{n} commit=5b1f0c9 message="Prices with tax" by=ada (5 times, 0 s apart)
09:00:02  github  deployment {n} created environment="Production – app-{n}" by=vercel[bot] commit=5b1f0c9 (5 times, 0 s apart)
09:00:03  github  deployment {n} pending (5 times, 0 s apart)
09:00:04  github  run 41 in_progress
09:00:04  github  job 41/test queued
09:00:05  vercel  deployment v{n} canceled (3 times, 0 s apart)
09:00:06  github  deployment {n} failure error="Canceled by Ignored Build Step" (3 times, 0 s apart)
09:00:07  github  job 41/test in_progress
09:01:11  vercel  deployment v{n} ready (2 times, 1 s apart, from 4)
09:01:12  vercel  deployment v{n} succeeded (2 times, 1 s apart, from 4)
09:01:13  vercel  deployment v{n} promoted (2 times, 1 s apart, from 4)
09:01:15  github  deployment {n} success (2 times, 1 s apart, from 4)
09:02:00  github  job 41/test success
09:02:00  github  job 41/deploy waiting environment=production
09:02:01  github  review 41 requested environment=production reviewers=ada,grace
09:02:01  github  run 41 waiting
09:05:00  github  review 41 approved environment=production
09:05:01  github  job 41/deploy queued
09:05:04  github  job 41/deploy in_progress
09:05:05  github  run 41 in_progress
09:06:00  github  job 41/deploy success
09:06:02  github  run 41 success

## Claims
- rings: 1
- rings saying "needs approval": 1
- quiet: 0
- cards: 2
- flashes under 8 s: 0
- screen at 09:01:20 shows "▫▫▫▰▰" on 1 card
- screen at 09:03:00 shows "orange" on 1 card
- cards of one track at once: 1
- bars back: 0
- contradictions: 0

## Phone
2026-11-02
09:00:02  card 1  ▱▱▱▱▱ blue  5 apps · main [Production]  0 of 5 live
09:00:05  card 1  ▫▱▱▱▱ blue  5 apps · main [Production]  0 of 5 live
09:00:08  card 1  ▫▫▫▱▱ blue  5 apps · main [Production]  0 of 5 live
09:00:08  card 2  ▱ blue  web-shop · Deploy [#41]  test · main · 5b1f0c9
09:01:13  card 1  ▫▫▫▰▱ blue  5 apps · main [Production]  1 of 5 live
09:01:14  card 1  ▫▫▫▰▰ green  5 apps · main [Production]  2 of 5 live
09:02:00  card 2  ▱ blue  web-shop · Deploy [#41]  Running · main · 5b1f0c9
09:02:01  RINGS  web-shop · Deploy needs approval  Needs approval · main · 5b1f0c9  Approve production (ada, grace) · Prices with tax
09:02:03  card 2  ▱ orange  web-shop · Deploy [#41]  Needs approval · main · 5b1f0c9
09:05:00  card 2  ▱ orange  web-shop · Deploy [#41]  Waiting · main · 5b1f0c9
09:05:03  card 2  ▱ blue  web-shop · Deploy [#41]  deploy · main · 5b1f0c9
09:06:00  card 2  ▱ blue  web-shop · Deploy [#41]  Running · main · 5b1f0c9
09:06:02  card 2  ▰ green  web-shop · Deploy [#41]  Passed in 6 min 2 s · main · 5b1f0c9
09:06:14  card 1 leaves
09:11:02  card 2 leaves
