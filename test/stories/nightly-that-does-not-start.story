# The nightly that does not start

A workflow is told to come every night, and one night it does not: nobody sends anything, and it is told an hour later all the
same, and again when it starts the next time.

## Endpoints
github: { expect: [{ line: Nightly, every: 24h, grace: 1h }] }

## Webhooks
2026-11-02
03:10:00  github  run 1 requested workflow=Nightly event=schedule message="Nightly"
03:10:05  github  run 1 in_progress
03:22:00  github  run 1 success
2026-11-04
03:10:00  github  run 2 requested workflow=Nightly event=schedule message="Nightly"
03:10:05  github  run 2 in_progress
03:22:00  github  run 2 success

## Claims
- rings until 2026-11-03 04:10:10: 1
- rings saying "did not start": 1
- rings: 2
- quiet: 0
- contradictions: 0

## Phone
2026-11-02
03:10:08  card 1  ▱ blue  web-shop · Nightly [#1]  Running · main · 69f1af7
03:22:00  card 1  ▰ green  web-shop · Nightly [#1]  Passed in 12 min · main · 69f1af7
03:27:00  card 1 leaves
2026-11-03
04:10:00  RINGS  web-shop · Nightly did not start  Expected at 03:10 (UTC), the last one was 1 d before
2026-11-04
03:10:00  RINGS  web-shop · Nightly has started
03:10:08  card 1  ▱ blue  web-shop · Nightly [#2]  Running · main · e6f0591
03:22:00  card 1  ▰ green  web-shop · Nightly [#2]  Passed in 12 min · main · e6f0591
03:27:00  card 1 leaves
