# Two people, one account

Endpoint one is Ada's, endpoint two is Grace's. A branch of Ada's fails and Grace mends it: Ada hears both, Grace hears neither by sound. Both see
main, and a failure of production rings both, once each.

## Endpoints
ada: { provider: github, channels: [a], me: [ada] }
grace: { provider: github, channels: [b], me: [grace] }

## Webhooks
2026-11-02
09:00:00  ada,grace  run 41 requested workflow=CI branch=cart by=ada message="Keep the cart"
09:00:04  ada,grace  run 41 in_progress
09:01:30  ada,grace  run 41 failure
09:30:00  ada,grace  run 42 requested workflow=CI branch=cart by=grace message="Keep the cart, mended"
09:30:04  ada,grace  run 42 in_progress
09:31:30  ada,grace  run 42 success
10:00:00  ada,grace  run 43 requested workflow=CI branch=main by=linus message="Merge the cart"
10:00:04  ada,grace  run 43 in_progress
10:01:30  ada,grace  run 43 success
10:02:00  ada,grace  deployment 7 created environment=production by=linus
10:02:05  ada,grace  deployment 7 in_progress
10:03:00  ada,grace  deployment 7 failure error="Health check failed"

## Claims
- rings to a saying "CI failed": 1
- rings to a saying "CI passed again": 1
- rings to b saying "CI": 0
- rings to a saying "production failed": 1
- rings to b saying "production failed": 1
- rings: 4
- screen at 10:00:30 shows "main" on 2 cards
- cards of one track at once: 1
- contradictions: 0

## Phone
2026-11-02
09:00:08  card 1 to a  ▱ blue  web-shop · CI [#41]  Running · cart · 9d0d0a2
09:00:08  card 2 to b  ▱ blue  web-shop · CI [#41]  Running · cart · 9d0d0a2
09:01:30  card 1 to a  ▱ red  web-shop · CI [#41]  Failed after 1 min 30 s · cart · 9d0d0a2
09:01:30  card 2 to b  ▱ red  web-shop · CI [#41]  Failed after 1 min 30 s · cart · 9d0d0a2
09:01:30  RINGS to a  web-shop · CI failed  Failed after 1 min 30 s · cart · 9d0d0a2  Keep the cart
09:01:30  quiet to b  web-shop · CI failed  Failed after 1 min 30 s · cart · 9d0d0a2  Keep the cart
09:30:08  card 1 to a  ▱ blue  web-shop · CI [#42]  Running · cart · 163f8da
09:30:08  card 2 to b  ▱ blue  web-shop · CI [#42]  Running · cart · 163f8da
09:31:30  card 1 to a  ▰ green  web-shop · CI [#42]  Passed in 1 min 30 s · cart · 163f8da
09:31:30  card 2 to b  ▰ green  web-shop · CI [#42]  Passed in 1 min 30 s · cart · 163f8da
09:31:30  RINGS to a  web-shop · CI passed again  Passed in 1 min 30 s · cart · 163f8da  Fixed after 30 min · Keep the cart, mended
09:31:30  quiet to b  web-shop · CI passed again  Passed in 1 min 30 s · cart · 163f8da  Fixed after 30 min · Keep the cart, mended
09:36:30  card 1 leaves
09:36:30  card 2 leaves
10:00:08  card 3 to a  ▱ blue  web-shop · CI [#43]  Running · main · 6f7f1b3
10:00:08  card 4 to b  ▱ blue  web-shop · CI [#43]  Running · main · 6f7f1b3
10:01:30  card 3 to a  ▰ green  web-shop · CI [#43]  Passed in 1 min 30 s · main · 6f7f1b3
10:01:30  card 4 to b  ▰ green  web-shop · CI [#43]  Passed in 1 min 30 s · main · 6f7f1b3
10:02:01  card 5 to a  ▱▱▱ blue  web-shop [Production]  Queued · main · 00fb867
10:02:01  card 6 to b  ▱▱▱ blue  web-shop [Production]  Queued · main · 00fb867
10:02:05  card 5 to a  ▰▱▱ blue  web-shop [Production]  Deploying · main · 00fb867
10:02:05  card 6 to b  ▰▱▱ blue  web-shop [Production]  Deploying · main · 00fb867
10:03:00  card 5 to a  ▰▱▱ red  web-shop [Production]  Deploying failed after 1 min · Health check failed · main
10:03:00  card 6 to b  ▰▱▱ red  web-shop [Production]  Deploying failed after 1 min · Health check failed · main
10:03:00  RINGS to a  web-shop production failed  Deploying failed after 1 min · Health check failed · main  Health check failed
10:03:00  RINGS to b  web-shop production failed  Deploying failed after 1 min · Health check failed · main  Health check failed
10:06:30  card 3 leaves
10:06:30  card 4 leaves
18:01:01  card 5 leaves
18:01:01  card 6 leaves
