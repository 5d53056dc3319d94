# GitHub: a job fails

One of two jobs fails on a person's branch: one ring that says which job and which step.

## Endpoints
github:

## Webhooks
2026-11-02
12:20:00  github  lifecycle ci-failure

## Claims
- rings: 1
- rings saying "test failed": 1
- quiet: 0
- screen at 12:25:00 shows "red" on 1 card
- flashes under 8 s: 0
- bars back: 0
- contradictions: 0

## Phone
2026-11-02
12:20:08  card 1  ▱▱ blue  web-shop · CI [#532]  lint +1 · sessions-in-redis · c40e8b7
12:20:58  card 1  ✖▱ blue  web-shop · CI [#532]  lint · sessions-in-redis · c40e8b7
12:21:05  card 1  ✖▱ blue  web-shop · CI [#532]  Running · sessions-in-redis · c40e8b7
12:21:06  card 1  ✖▰ red  web-shop · CI [#532]  test failed after 1 min 6 s · Run npm test · sessions-in-redis
12:21:06  RINGS  web-shop · CI failed  test failed after 1 min 6 s · Run npm test · sessions-in-redis  Move sessions to Redis · test: Run npm test
13:21:06  card 1 leaves
