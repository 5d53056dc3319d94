# A re-run of failed jobs

Nine jobs, one fails; a re-run of that job fails again, the third try passes. Three rings, one card, nine segments all the time.

## Endpoints
github:

## Webhooks
2026-11-02
09:00:00  github  run 41 requested workflow=CI branch=main by=ada message="Prices with tax"
09:00:04  github  run 41 in_progress
09:00:04  github  job 41/test-{n} queued (9 times, 0 s apart)
09:00:08  github  job 41/test-{n} in_progress (9 times, 1 s apart)
09:01:00  github  job 41/test-{n} success (8 times, 2 s apart)
09:01:30  github  job 41/test-9 failure
09:01:33  github  run 41 failure
09:10:00  github  run 41 requested attempt=2
09:10:02  github  run 41 in_progress
09:10:03  github  job 41/test-9 queued
09:10:06  github  job 41/test-9 in_progress
09:11:00  github  job 41/test-9 failure
09:11:03  github  run 41 failure
09:20:00  github  run 41 requested attempt=3
09:20:02  github  run 41 in_progress
09:20:03  github  job 41/test-9 queued
09:20:06  github  job 41/test-9 in_progress
09:21:00  github  job 41/test-9 success
09:21:03  github  run 41 success

## Claims
- rings: 3
- rings saying "failed": 2
- rings saying "passed on the third try": 1
- quiet: 0
- most segments of "web-shop · CI": 9
- fewest segments of "web-shop · CI": 9
- bars whose segments change: 0
- bars back: 0
- cards: 1
- contradictions: 0

## Phone
2026-11-02
09:00:08  card 1  ▱▱▱▱▱▱▱▱▱ blue  web-shop · CI [#41]  test-3 · main · 9d0d0a2
09:00:11  card 1  ▱▱▱▱▱▱▱▱▱ blue  web-shop · CI [#41]  test-1 +2 · main · 9d0d0a2
09:00:14  card 1  ▱▱▱▱▱▱▱▱▱ blue  web-shop · CI [#41]  test-1 +5 · main · 9d0d0a2
09:00:17  card 1  ▱▱▱▱▱▱▱▱▱ blue  web-shop · CI [#41]  test-1 +8 · main · 9d0d0a2
09:01:00  card 1  ▰▱▱▱▱▱▱▱▱ blue  web-shop · CI [#41]  test-2 +7 · main · 9d0d0a2
09:01:03  card 1  ▰▰▱▱▱▱▱▱▱ blue  web-shop · CI [#41]  test-3 +6 · main · 9d0d0a2
09:01:06  card 1  ▰▰▰▱▱▱▱▱▱ blue  web-shop · CI [#41]  test-4 +5 · main · 9d0d0a2
09:01:09  card 1  ▰▰▰▰▰▱▱▱▱ blue  web-shop · CI [#41]  test-6 +3 · main · 9d0d0a2
09:01:12  card 1  ▰▰▰▰▰▰▱▱▱ blue  web-shop · CI [#41]  test-7 +2 · main · 9d0d0a2
09:01:15  card 1  ▰▰▰▰▰▰▰▰▱ blue  web-shop · CI [#41]  test-9 · main · 9d0d0a2
09:01:30  card 1  ▰▰▰▰▰▰▰▰▱ blue  web-shop · CI [#41]  Running · main · 9d0d0a2
09:01:33  card 1  ▰▰▰▰▰▰▰▰✖ red  web-shop · CI [#41]  test-9 failed after 1 min 33 s · Run npm test · main · 9d0d0a2
09:01:33  RINGS  web-shop · CI failed  test-9 failed after 1 min 33 s · Run npm test · main · 9d0d0a2  Prices with tax · test-9: Run npm test
09:10:08  card 1  ▰▰▰▰▰▰▰▰▱ blue  web-shop · CI [#41]  test-9 · main · 9d0d0a2
09:11:00  card 1  ▰▰▰▰▰▰▰▰▱ blue  web-shop · CI [#41]  Running · main · 9d0d0a2
09:11:03  card 1  ▰▰▰▰▰▰▰▰✖ red  web-shop · CI [#41]  test-9 failed after 1 min 3 s · Run npm test · main · 9d0d0a2
09:11:03  RINGS  web-shop · CI failed  test-9 failed after 1 min 3 s · Run npm test · main · 9d0d0a2  Prices with tax · test-9: Run npm test
09:20:08  card 1  ▰▰▰▰▰▰▰▰▱ blue  web-shop · CI [#41]  test-9 · main · 9d0d0a2
09:21:00  card 1  ▰▰▰▰▰▰▰▰▱ blue  web-shop · CI [#41]  Running · main · 9d0d0a2
09:21:03  card 1  ▰▰▰▰▰▰▰▰▰ green  web-shop · CI [#41]  Passed in 1 min 3 s · main · 9d0d0a2
09:21:03  RINGS  web-shop · CI passed on the third try  Passed in 1 min 3 s · main · 9d0d0a2  Fixed after 19 min 30 s · Prices with tax
09:26:03  card 1 leaves
