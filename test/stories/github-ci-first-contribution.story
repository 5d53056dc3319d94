# GitHub: a stranger's first pull request

A stranger's pull request waits for a maintainer: no ring, one quiet push at most, and it passes in the end.

## Endpoints
github:

## Webhooks
2026-11-02
13:20:00  github  lifecycle ci-first-contribution

## Claims
- rings: 0
- quiet: at most 1
- screen at 13:32:55 shows "Passed" on 1 card
- flashes under 8 s: 0
- bars back: 0
- contradictions: 0

## Phone
2026-11-02
13:20:08  card 1  ▱ orange  web-shop · CI [#534]  Needs approval · casey-newcomer:typo · 9e27d1b
13:30:00  quiet  web-shop · CI: 1 fork run waits for a maintainer  casey-newcomer:typo
13:32:05  card 1  ▱ blue  web-shop · CI [#534]  test · casey-newcomer:typo · 9e27d1b
13:32:50  card 1  ▱ blue  web-shop · CI [#534]  Running · casey-newcomer:typo · 9e27d1b
13:32:52  card 1  ▰ green  web-shop · CI [#534]  Passed in 12 min 52 s · casey-newcomer:typo · 9e27d1b
13:37:52  card 1 leaves
