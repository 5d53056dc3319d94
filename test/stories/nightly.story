# The nightly

A scheduled workflow fails seven nights at 03:10, with quiet hours by rule, and passes on the eighth. Seven quiet pushes at night, a red
card at breakfast that says how long it has gone on, and one ring when it passes.

## Endpoints
github: { rules: [{ when: { between: { from: "22:00", to: "07:00", zone: UTC }, outcomes: [failed] }, then: { interruption_level: passive } }] }

## Webhooks
2026-11-02
03:10:00  github  run 1 requested workflow=Nightly event=schedule message="Nightly"
03:10:05  github  run 1 in_progress
03:22:00  github  run 1 failure
2026-11-03
03:10:00  github  run 2 requested workflow=Nightly event=schedule message="Nightly"
03:10:05  github  run 2 in_progress
03:22:00  github  run 2 failure
2026-11-04
03:10:00  github  run 3 requested workflow=Nightly event=schedule message="Nightly"
03:10:05  github  run 3 in_progress
03:22:00  github  run 3 failure
2026-11-05
03:10:00  github  run 4 requested workflow=Nightly event=schedule message="Nightly"
03:10:05  github  run 4 in_progress
03:22:00  github  run 4 failure
2026-11-06
03:10:00  github  run 5 requested workflow=Nightly event=schedule message="Nightly"
03:10:05  github  run 5 in_progress
03:22:00  github  run 5 failure
2026-11-07
03:10:00  github  run 6 requested workflow=Nightly event=schedule message="Nightly"
03:10:05  github  run 6 in_progress
03:22:00  github  run 6 failure
2026-11-08
03:10:00  github  run 7 requested workflow=Nightly event=schedule message="Nightly"
03:10:05  github  run 7 in_progress
03:22:00  github  run 7 failure
2026-11-09
03:10:00  github  run 8 requested workflow=Nightly event=schedule message="Nightly"
03:10:05  github  run 8 in_progress
03:22:00  github  run 8 success

## Claims
- quiet: 7
- quiet saying "5th night": 1
- rings: 1
- rings saying "passed again": 1
- rings saying "ailed 7 nights": 1
- screen at 2026-11-06 07:30:00 shows "red" on 1 card
- cards of one track at once: 1
- contradictions: 0

## Phone
2026-11-02
03:10:08  card 1  ▱ blue  web-shop · Nightly [#1]  Running · main · 69f1af7
03:22:00  card 1  ▱ red  web-shop · Nightly [#1]  Failed after 12 min · main · 69f1af7
03:22:00  quiet  web-shop · Nightly failed  Failed after 12 min · main · 69f1af7  Nightly
11:09:08  card 1 leaves
2026-11-03
03:10:08  card 1  ▱ blue  web-shop · Nightly [#2]  Running · main · e6f0591
03:22:00  card 1  ▱ red  web-shop · Nightly [#2]  Failed after 12 min · main · e6f0591
03:22:00  quiet  web-shop · Nightly failed, 2nd night  Failed after 12 min · main · e6f0591  Nightly
11:09:08  card 1 leaves
2026-11-04
03:10:08  card 1  ▱ blue  web-shop · Nightly [#3]  Running · main · 0117427
03:22:00  card 1  ▱ red  web-shop · Nightly [#3]  Failed after 12 min · main · 0117427
03:22:00  quiet  web-shop · Nightly failed, 3rd night  Failed after 12 min · main · 0117427  Nightly
11:09:08  card 1 leaves
2026-11-05
03:10:08  card 1  ▱ blue  web-shop · Nightly [#4]  Running · main · bf86f45
03:22:00  card 1  ▱ red  web-shop · Nightly [#4]  Failed after 12 min · main · bf86f45
03:22:00  quiet  web-shop · Nightly failed, 4th night  Failed after 12 min · main · bf86f45  Nightly
11:09:08  card 1 leaves
2026-11-06
03:10:08  card 1  ▱ blue  web-shop · Nightly [#5]  Running · main · 46efb66
03:22:00  card 1  ▱ red  web-shop · Nightly [#5]  Failed after 12 min · main · 46efb66
03:22:00  quiet  web-shop · Nightly failed, 5th night  Failed after 12 min · main · 46efb66  Nightly
11:09:08  card 1 leaves
2026-11-07
03:10:08  card 1  ▱ blue  web-shop · Nightly [#6]  Running · main · 68f5b55
03:22:00  card 1  ▱ red  web-shop · Nightly [#6]  Failed after 12 min · main · 68f5b55
03:22:00  quiet  web-shop · Nightly failed, 6th night  Failed after 12 min · main · 68f5b55  Nightly
11:09:08  card 1 leaves
2026-11-08
03:10:08  card 1  ▱ blue  web-shop · Nightly [#7]  Running · main · e2d77af
03:22:00  card 1  ▱ red  web-shop · Nightly [#7]  Failed after 12 min · main · e2d77af
03:22:00  quiet  web-shop · Nightly failed, 7th night  Failed after 12 min · main · e2d77af  Nightly
11:09:08  card 1 leaves
2026-11-09
03:10:08  card 1  ▱ blue  web-shop · Nightly [#8]  Running · main · b0e174b
03:22:00  card 1  ▰ green  web-shop · Nightly [#8]  Passed in 12 min · main · b0e174b
03:22:00  RINGS  web-shop · Nightly passed again  Passed in 12 min · main · b0e174b  Failed 7 nights · Nightly
03:27:00  card 1 leaves
