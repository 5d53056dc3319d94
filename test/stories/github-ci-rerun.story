# GitHub: failed, run again, passed

A run fails, somebody runs it again and it passes: two rings, the second says on which try, and one card.

## Endpoints
github:

## Webhooks
2026-11-02
12:20:00  github  lifecycle ci-rerun

## Claims
- rings: 2
- rings saying "failed": 1
- rings saying "passed on the second try": 1
- quiet: 0
- cards: 1
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
12:30:08  card 1  ▰▱ blue  web-shop · CI [#532]  test · sessions-in-redis · c40e8b7
12:30:49  card 1  ▰▱ blue  web-shop · CI [#532]  Running · sessions-in-redis · c40e8b7
12:30:51  card 1  ▰▰ green  web-shop · CI [#532]  Passed in 51 s · sessions-in-redis · c40e8b7
12:30:51  RINGS  web-shop · CI passed on the second try  Passed in 51 s · sessions-in-redis · c40e8b7  Fixed after 9 min 45 s · Move sessions to Redis
12:35:51  card 1 leaves
