# Staging, then production, in one workflow

Run 41 deploys to staging and waits for somebody to approve production; run 42 starts and deploys to staging. A second endpoint hears only
of production: it shows the runs from when production is concerned, and hears nothing of staging. The approval rings once for each.

## Endpoints
github: { channels: [all] }
production: { provider: github, channels: [prod], filters: { environments: [production] } }

## Webhooks
2026-11-02
09:00:00  github,production  run 41 requested workflow=Deploy branch=main by=ada commit=aaaaaaa message="Prices with tax"
09:00:04  github,production  run 41 in_progress
09:00:05  github,production  job 41/staging in_progress environment=staging
09:01:00  github,production  job 41/staging success
09:01:01  github,production  job 41/production waiting environment=production
09:01:02  github,production  review 41 requested environment=production reviewers=grace
09:01:02  github,production  run 41 waiting
09:10:00  github,production  run 42 requested workflow=Deploy branch=main by=linus commit=bbbbbbb message="New footer"
09:10:04  github,production  run 42 in_progress
09:10:05  github,production  job 42/staging in_progress environment=staging
09:11:00  github,production  job 42/staging success
09:11:01  github,production  job 42/production queued environment=production
09:30:00  github,production  review 41 approved environment=production
09:30:02  github,production  job 41/production in_progress environment=production
09:31:00  github,production  job 41/production failure
09:31:12  github,production  run 41 failure

## Claims
- rings to all saying "needs approval": 1
- rings to prod saying "needs approval": 1
- rings saying "production failed": 2
- rings: 4
- quiet: 0
- screen at 09:10:30 shows "Needs approval" on 2 cards
- screen at 09:00:50 shows "Deploy" on 1 card
- cards of one track at once: 1
- contradictions: 0

## Phone
2026-11-02
09:00:08  card 1 to all  ▱ blue  web-shop · Deploy [#41]  staging · main · aaaaaaa
09:01:00  card 1 to all  ▱ blue  web-shop · Deploy [#41]  Running · main · aaaaaaa
09:01:01  card 2 to prod  ▰▱ orange  web-shop · Deploy [#41]  Waiting · main · aaaaaaa
09:01:02  RINGS to all  web-shop · Deploy needs approval  Needs approval · main · aaaaaaa  Approve production (grace) · Prices with tax
09:01:02  RINGS to prod  web-shop · Deploy needs approval  Needs approval · main · aaaaaaa  Approve production (grace) · Prices with tax
09:01:03  card 1 to all  ▱ orange  web-shop · Deploy [#41]  Needs approval · main · aaaaaaa
09:01:04  card 2 to prod  ▰▱ orange  web-shop · Deploy [#41]  Needs approval · main · aaaaaaa
09:30:00  card 1 to all  ▱ blue  web-shop · Deploy [#42]  production · main · bbbbbbb
09:30:00  card 2 to prod  ▰▱ blue  web-shop · Deploy [#42]  production · main · bbbbbbb
09:31:12  RINGS to all  web-shop · Deploy failed  production failed after 31 min 12 s · Run npm test · main  Prices with tax · production: Run npm test
09:31:12  RINGS to prod  web-shop · Deploy failed  production failed after 31 min 12 s · Run npm test · main  Prices with tax · production: Run npm test
10:11:01  card 1 to all  ▱ gray  web-shop · Deploy [#42]  No news for 1 h · main · bbbbbbb
10:11:01  card 2 to prod  ▰▱ gray  web-shop · Deploy [#42]  No news for 1 h · main · bbbbbbb
10:26:01  card 1 leaves
10:26:01  card 2 leaves
