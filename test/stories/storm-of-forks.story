# A storm of forks

Forty pull requests from forks in an hour need a maintainer's approval to run; four of their branches are called main. Twelve are
let in and fail. Our own deploy of main runs all the while: nothing of theirs takes a place on the screen, and nobody is rung.

## Endpoints
github:

## Webhooks
2026-11-02
09:59:00  github  run 1 requested workflow=Deploy branch=main by=ada
09:59:05  github  run 1 in_progress
09:59:08  github  job 1/deploy in_progress
10:00:00  github  run 10{n} requested workflow=CI fork=stranger-{n} by=stranger-{n} branch=main (4 times, 90 s apart)
10:00:01  github  run 10{n} action_required (4 times, 90 s apart)
10:06:00  github  run 10{n} requested workflow=CI fork=stranger-{n} by=stranger-{n} branch=patch-{n} (36 times, 90 s apart, from 5)
10:06:01  github  run 10{n} action_required (36 times, 90 s apart, from 5)
10:20:00  github  run 10{n} in_progress (12 times, 120 s apart)
10:20:50  github  job 10{n}/test failure (12 times, 120 s apart)
10:21:00  github  run 10{n} failure (12 times, 120 s apart)
11:10:00  github  job 1/deploy success
11:10:02  github  run 1 success
11:30:00  end

## Claims
- rings: 0
- quiet: at least 2
- quiet saying "fork": at most 16
- quiet in ten minutes of one line: 1
- cards until 11:10:00: 1
- flashes under 8 s: 0
- contradictions: 0

## Phone
2026-11-02
09:59:08  card 1  ▱ blue  web-shop · Deploy [#1]  Running · main · 69f1af7
09:59:11  card 1  ▱ blue  web-shop · Deploy [#1]  deploy · main · 69f1af7
10:10:00  quiet  web-shop · CI: 7 fork runs wait for a maintainer  stranger-1:main, stranger-2:main, stranger-3:main, stranger-4:main, stranger-5:patch-5, stranger-6:patch-6, stranger-7:patch-7
10:20:00  quiet  web-shop · CI: 7 fork runs wait for a maintainer  stranger-8:patch-8, stranger-9:patch-9, stranger-10:patch-10, stranger-11:patch-11, stranger-12:patch-12, stranger-13:patch-13, stranger-14:patch-14
10:30:00  quiet  web-shop · CI: 5 fork runs failed, 6 fork runs wait for a maint…  stranger-1:main, stranger-15:patch-15, stranger-16:patch-16, stranger-2:main, stranger-17:patch-17, stranger-3:main, stranger-18:patch-18, stranger-4:main, stranger-19:patch-19,…
10:40:00  quiet  web-shop · CI: 5 fork runs failed, 7 fork runs wait for a maint…  stranger-21:patch-21, stranger-6:patch-6, stranger-22:patch-22, stranger-7:patch-7, stranger-23:patch-23, stranger-24:patch-24, stranger-8:patch-8, stranger-25:patch-25, strange…
10:50:00  quiet  web-shop · CI: 2 fork runs failed, 7 fork runs wait for a maint…  stranger-28:patch-28, stranger-11:patch-11, stranger-29:patch-29, stranger-12:patch-12, stranger-30:patch-30, stranger-31:patch-31, stranger-32:patch-32, stranger-33:patch-33, s…
10:59:08  card 1  ▱ gray  web-shop · Deploy [#1]  No news for 1 h · main · 69f1af7
11:00:00  quiet  web-shop · CI: 6 fork runs wait for a maintainer  stranger-35:patch-35, stranger-36:patch-36, stranger-37:patch-37, stranger-38:patch-38, stranger-39:patch-39, stranger-40:patch-40
11:10:00  card 1  ▱ blue  web-shop · Deploy [#1]  Running · main · 69f1af7
11:10:02  card 1  ▰ green  web-shop · Deploy [#1]  Passed in 1 h 11 min · main · 69f1af7
11:10:16  card 2  ✖✖✖✖✖▱▱▱▱▱▱▱ red  web-shop · CI · forks  40 branches · 12 failed · 28 waiting
11:15:02  card 1 leaves
