# Netlify: a build fails, told twice

Two notifications tell of one failed build: one ring, with the error.

## Endpoints
netlify:

## Webhooks
2026-11-10
11:00:00  netlify  lifecycle production-failure

## Claims
- rings: 1
- rings saying "non-zero exit code": 1
- quiet: 0
- screen at 11:10:00 shows "red" on 1 card
- flashes under 8 s: 0
- bars back: 0
- contradictions: 0

## Phone
2026-11-10
11:00:01  card 1  ▱▱ blue  web-shop [Production]  Building · main · bc8d222
11:00:23  card 1  ▱▱ red  web-shop [Production]  Building failed after 24 s · Build script retu… · main · bc8d222
11:00:23  RINGS  web-shop production failed  Building failed after 24 s · Build script retu… · main · bc8d222  Search: rank by stock first · Build script returned non-zero exit code: 2
18:59:01  card 1 leaves
