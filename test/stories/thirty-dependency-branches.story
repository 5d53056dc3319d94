# Thirty dependency branches

At 06:00 a bot opens thirty branches: thirty CI runs and thirty previews, of which nine fail. A person's deploy of main runs at the same time
and always has its place; the bot's are rolled up in one. Nobody is rung for the bot.

## Endpoints
github:
vercel:

## Settings
ROLL_UP: "true"

## Webhooks
2026-11-02
05:59:50  github  run 1 requested workflow=Deploy branch=main by=ada message="Prices with tax"
05:59:55  github  run 1 in_progress
05:59:58  github  job 1/deploy in_progress environment=production
06:00:00  github  run 10{n} requested workflow=CI branch=renovate/package-{n} by=renovate[bot] message="Update package {n}" (30 times, 4 s apart)
06:00:02  vercel  deployment p{n} created to=preview branch=renovate/package-{n} by=renovate[bot] message="Update package {n}" (30 times, 4 s apart)
06:00:05  github  run 10{n} in_progress (30 times, 4 s apart)
06:00:08  github  job 10{n}/test in_progress (30 times, 4 s apart)
06:01:05  vercel  deployment p{n} ready (30 times, 4 s apart)
06:01:06  vercel  deployment p{n} succeeded (30 times, 4 s apart)
06:03:00  github  job 10{n}/test failure (9 times, 4 s apart)
06:03:01  github  run 10{n} failure (9 times, 4 s apart)
06:03:36  github  job 10{n}/test success (21 times, 4 s apart, from 10)
06:03:37  github  run 10{n} success (21 times, 4 s apart, from 10)
06:09:00  github  job 1/deploy success
06:09:02  github  run 1 success
07:40:00  end

## Claims
- rings: 0
- quiet in ten minutes of one line: 1
- quiet saying "bot": at most 2
- screen at 06:00:30 shows "Deploy" on 1 card
- screen at 06:02:30 shows "Deploy" on 1 card
- screen at 06:05:00 shows "Deploy" on 1 card
- cards at once: at most 5
- cards of one track at once: 1
- cards in the end: 0
- contradictions: 0

## Phone
2026-11-02
05:59:58  card 1  ▱ blue  web-shop · Deploy [#1]  Running · main · 69f1af7
06:00:01  card 1  ▱ blue  web-shop · Deploy [#1]  deploy · main · 69f1af7
06:00:08  card 2  ▱▱▱▱▱▱▱▱▱▱▱▱ blue  web-shop · CI · bots  2 branches · 1 running
06:00:10  card 3  ▱▱▱▱▱▱▱▱▱▱▱▱ blue  web-shop · bots [Preview]  2 branches · 2 running
06:00:11  card 2  ▱▱▱▱▱▱▱▱▱▱▱▱ blue  web-shop · CI · bots  3 branches · 2 running
06:00:13  card 3  ▱▱▱▱▱▱▱▱▱▱▱▱ blue  web-shop · bots [Preview]  3 branches · 3 running
06:00:14  card 2  ▱▱▱▱▱▱▱▱▱▱▱▱ blue  web-shop · CI · bots  4 branches · 3 running
06:00:16  card 3  ▱▱▱▱▱▱▱▱▱▱▱▱ blue  web-shop · bots [Preview]  4 branches · 4 running
06:00:17  card 2  ▱▱▱▱▱▱▱▱▱▱▱▱ blue  web-shop · CI · bots  5 branches · 3 running
06:00:19  card 3  ▱▱▱▱▱▱▱▱▱▱▱▱ blue  web-shop · bots [Preview]  5 branches · 5 running
06:00:20  card 2  ▱▱▱▱▱▱▱▱▱▱▱▱ blue  web-shop · CI · bots  5 branches · 4 running
06:00:22  card 3  ▱▱▱▱▱▱▱▱▱▱▱▱ blue  web-shop · bots [Preview]  6 branches · 6 running
06:00:23  card 2  ▱▱▱▱▱▱▱▱▱▱▱▱ blue  web-shop · CI · bots  6 branches · 5 running
06:00:26  card 2  ▱▱▱▱▱▱▱▱▱▱▱▱ blue  web-shop · CI · bots  7 branches · 6 running
06:00:26  card 3  ▱▱▱▱▱▱▱▱▱▱▱▱ blue  web-shop · bots [Preview]  7 branches · 7 running
06:00:29  card 2  ▱▱▱▱▱▱▱▱▱▱▱▱ blue  web-shop · CI · bots  8 branches · 6 running
06:00:30  card 3  ▱▱▱▱▱▱▱▱▱▱▱▱ blue  web-shop · bots [Preview]  8 branches · 8 running
06:00:32  card 2  ▱▱▱▱▱▱▱▱▱▱▱▱ blue  web-shop · CI · bots  8 branches · 7 running
06:00:34  card 3  ▱▱▱▱▱▱▱▱▱▱▱▱ blue  web-shop · bots [Preview]  9 branches · 9 running
06:00:35  card 2  ▱▱▱▱▱▱▱▱▱▱▱▱ blue  web-shop · CI · bots  9 branches · 8 running
06:00:38  card 2  ▱▱▱▱▱▱▱▱▱▱▱▱ blue  web-shop · CI · bots  10 branches · 9 running
06:00:38  card 3  ▱▱▱▱▱▱▱▱▱▱▱▱ blue  web-shop · bots [Preview]  10 branches · 10 running
06:00:41  card 2  ▱▱▱▱▱▱▱▱▱▱▱▱ blue  web-shop · CI · bots  11 branches · 9 running
06:00:42  card 3  ▱▱▱▱▱▱▱▱▱▱▱▱ blue  web-shop · bots [Preview]  11 branches · 11 running
06:00:44  card 2  ▱▱▱▱▱▱▱▱▱▱▱▱ blue  web-shop · CI · bots  11 branches · 10 running
06:00:46  card 3  ▱▱▱▱▱▱▱▱▱▱▱▱ blue  web-shop · bots [Preview]  12 branches · 12 running
06:00:47  card 2  ▱▱▱▱▱▱▱▱▱▱▱▱ blue  web-shop · CI · bots  12 branches · 11 running
06:00:50  card 2  ▱▱▱▱▱▱▱▱▱▱▱▱ blue  web-shop · CI · bots  13 branches · 12 running
06:00:50  card 3  ▱▱▱▱▱▱▱▱▱▱▱▱ blue  web-shop · bots [Preview]  13 branches · 13 running
06:00:53  card 2  ▱▱▱▱▱▱▱▱▱▱▱▱ blue  web-shop · CI · bots  14 branches · 12 running
06:00:54  card 3  ▱▱▱▱▱▱▱▱▱▱▱▱ blue  web-shop · bots [Preview]  14 branches · 14 running
06:00:56  card 2  ▱▱▱▱▱▱▱▱▱▱▱▱ blue  web-shop · CI · bots  14 branches · 13 running
06:00:58  card 3  ▱▱▱▱▱▱▱▱▱▱▱▱ blue  web-shop · bots [Preview]  15 branches · 15 running
06:00:59  card 2  ▱▱▱▱▱▱▱▱▱▱▱▱ blue  web-shop · CI · bots  15 branches · 14 running
06:01:02  card 2  ▱▱▱▱▱▱▱▱▱▱▱▱ blue  web-shop · CI · bots  16 branches · 15 running
06:01:02  card 3  ▱▱▱▱▱▱▱▱▱▱▱▱ blue  web-shop · bots [Preview]  16 branches · 16 running
06:01:05  card 2  ▱▱▱▱▱▱▱▱▱▱▱▱ blue  web-shop · CI · bots  17 branches · 15 running
06:01:06  card 3  ▱▱▱▱▱▱▱▱▱▱▱▱ blue  web-shop · bots [Preview]  17 branches · 17 running
06:01:08  card 2  ▱▱▱▱▱▱▱▱▱▱▱▱ blue  web-shop · CI · bots  17 branches · 16 running
06:01:09  card 3  ▰▱▱▱▱▱▱▱▱▱▱▱ blue  web-shop · bots [Preview]  17 branches · 16 running · 1 passed
06:01:11  card 2  ▱▱▱▱▱▱▱▱▱▱▱▱ blue  web-shop · CI · bots  18 branches · 17 running
06:01:12  card 3  ▰▰▱▱▱▱▱▱▱▱▱▱ blue  web-shop · bots [Preview]  18 branches · 16 running · 2 passed
06:01:14  card 2  ▱▱▱▱▱▱▱▱▱▱▱▱ blue  web-shop · CI · bots  19 branches · 18 running
06:01:15  card 3  ▰▰▱▱▱▱▱▱▱▱▱▱ blue  web-shop · bots [Preview]  19 branches · 16 running · 3 passed
06:01:17  card 2  ▱▱▱▱▱▱▱▱▱▱▱▱ blue  web-shop · CI · bots  20 branches · 18 running
06:01:18  card 3  ▰▰▱▱▱▱▱▱▱▱▱▱ blue  web-shop · bots [Preview]  20 branches · 17 running · 3 passed
06:01:20  card 2  ▱▱▱▱▱▱▱▱▱▱▱▱ blue  web-shop · CI · bots  20 branches · 19 running
06:01:21  card 3  ▰▰▰▱▱▱▱▱▱▱▱▱ blue  web-shop · bots [Preview]  20 branches · 16 running · 4 passed
06:01:23  card 2  ▱▱▱▱▱▱▱▱▱▱▱▱ blue  web-shop · CI · bots  21 branches · 20 running
06:01:24  card 3  ▰▰▰▱▱▱▱▱▱▱▱▱ blue  web-shop · bots [Preview]  21 branches · 16 running · 5 passed
06:01:26  card 2  ▱▱▱▱▱▱▱▱▱▱▱▱ blue  web-shop · CI · bots  22 branches · 21 running
06:01:27  card 3  ▰▰▰▰▱▱▱▱▱▱▱▱ blue  web-shop · bots [Preview]  22 branches · 16 running · 6 passed
06:01:29  card 2  ▱▱▱▱▱▱▱▱▱▱▱▱ blue  web-shop · CI · bots  23 branches · 21 running
06:01:30  card 3  ▰▰▰▰▱▱▱▱▱▱▱▱ blue  web-shop · bots [Preview]  23 branches · 17 running · 6 passed
06:01:32  card 2  ▱▱▱▱▱▱▱▱▱▱▱▱ blue  web-shop · CI · bots  23 branches · 22 running
06:01:33  card 3  ▰▰▰▰▱▱▱▱▱▱▱▱ blue  web-shop · bots [Preview]  23 branches · 16 running · 7 passed
06:01:35  card 2  ▱▱▱▱▱▱▱▱▱▱▱▱ blue  web-shop · CI · bots  24 branches · 23 running
06:01:36  card 3  ▰▰▰▰▱▱▱▱▱▱▱▱ blue  web-shop · bots [Preview]  24 branches · 16 running · 8 passed
06:01:38  card 2  ▱▱▱▱▱▱▱▱▱▱▱▱ blue  web-shop · CI · bots  25 branches · 24 running
06:01:39  card 3  ▰▰▰▰▰▱▱▱▱▱▱▱ blue  web-shop · bots [Preview]  25 branches · 16 running · 9 passed
06:01:41  card 2  ▱▱▱▱▱▱▱▱▱▱▱▱ blue  web-shop · CI · bots  26 branches · 24 running
06:01:42  card 3  ▰▰▰▰▰▱▱▱▱▱▱▱ blue  web-shop · bots [Preview]  26 branches · 17 running · 9 passed
06:01:44  card 2  ▱▱▱▱▱▱▱▱▱▱▱▱ blue  web-shop · CI · bots  26 branches · 25 running
06:01:45  card 3  ▰▰▰▰▰▱▱▱▱▱▱▱ blue  web-shop · bots [Preview]  26 branches · 16 running · 10 passed
06:01:47  card 2  ▱▱▱▱▱▱▱▱▱▱▱▱ blue  web-shop · CI · bots  27 branches · 26 running
06:01:48  card 3  ▰▰▰▰▰▱▱▱▱▱▱▱ blue  web-shop · bots [Preview]  27 branches · 16 running · 11 passed
06:01:50  card 2  ▱▱▱▱▱▱▱▱▱▱▱▱ blue  web-shop · CI · bots  28 branches · 27 running
06:01:51  card 3  ▰▰▰▰▰▰▱▱▱▱▱▱ blue  web-shop · bots [Preview]  28 branches · 16 running · 12 passed
06:01:53  card 2  ▱▱▱▱▱▱▱▱▱▱▱▱ blue  web-shop · CI · bots  29 branches · 27 running
06:01:54  card 3  ▰▰▰▰▰▰▱▱▱▱▱▱ blue  web-shop · bots [Preview]  29 branches · 17 running · 12 passed
06:01:56  card 2  ▱▱▱▱▱▱▱▱▱▱▱▱ blue  web-shop · CI · bots  29 branches · 28 running
06:01:57  card 3  ▰▰▰▰▰▰▱▱▱▱▱▱ blue  web-shop · bots [Preview]  29 branches · 16 running · 13 passed
06:01:59  card 2  ▱▱▱▱▱▱▱▱▱▱▱▱ blue  web-shop · CI · bots  30 branches · 29 running
06:02:00  card 3  ▰▰▰▰▰▰▱▱▱▱▱▱ blue  web-shop · bots [Preview]  30 branches · 16 running · 14 passed
06:02:02  card 2  ▱▱▱▱▱▱▱▱▱▱▱▱ blue  web-shop · CI · bots  30 branches · 30 running
06:02:03  card 3  ▰▰▰▰▰▰▱▱▱▱▱▱ blue  web-shop · bots [Preview]  30 branches · 15 running · 15 passed
06:02:06  card 3  ▰▰▰▰▰▰▰▱▱▱▱▱ blue  web-shop · bots [Preview]  30 branches · 14 running · 16 passed
06:02:10  card 3  ▰▰▰▰▰▰▰▱▱▱▱▱ blue  web-shop · bots [Preview]  30 branches · 13 running · 17 passed
06:02:14  card 3  ▰▰▰▰▰▰▰▰▱▱▱▱ blue  web-shop · bots [Preview]  30 branches · 12 running · 18 passed
06:02:18  card 3  ▰▰▰▰▰▰▰▰▱▱▱▱ blue  web-shop · bots [Preview]  30 branches · 11 running · 19 passed
06:02:22  card 3  ▰▰▰▰▰▰▰▰▱▱▱▱ blue  web-shop · bots [Preview]  30 branches · 10 running · 20 passed
06:02:26  card 3  ▰▰▰▰▰▰▰▰▰▱▱▱ blue  web-shop · bots [Preview]  30 branches · 9 running · 21 passed
06:02:30  card 3  ▰▰▰▰▰▰▰▰▰▱▱▱ blue  web-shop · bots [Preview]  30 branches · 8 running · 22 passed
06:02:34  card 3  ▰▰▰▰▰▰▰▰▰▰▱▱ blue  web-shop · bots [Preview]  30 branches · 7 running · 23 passed
06:02:38  card 3  ▰▰▰▰▰▰▰▰▰▰▱▱ blue  web-shop · bots [Preview]  30 branches · 6 running · 24 passed
06:02:42  card 3  ▰▰▰▰▰▰▰▰▰▰▱▱ blue  web-shop · bots [Preview]  30 branches · 5 running · 25 passed
06:02:46  card 3  ▰▰▰▰▰▰▰▰▰▰▰▱ blue  web-shop · bots [Preview]  30 branches · 4 running · 26 passed
06:02:50  card 3  ▰▰▰▰▰▰▰▰▰▰▰▱ blue  web-shop · bots [Preview]  30 branches · 3 running · 27 passed
06:02:54  card 3  ▰▰▰▰▰▰▰▰▰▰▰▱ blue  web-shop · bots [Preview]  30 branches · 2 running · 28 passed
06:02:58  card 3  ▰▰▰▰▰▰▰▰▰▰▰▱ blue  web-shop · bots [Preview]  30 branches · 1 running · 29 passed
06:03:01  card 2  ✖▱▱▱▱▱▱▱▱▱▱▱ red  web-shop · CI · bots  30 branches · 1 failed · 29 running
06:03:02  card 3  ▰▰▰▰▰▰▰▰▰▰▰▰ green  web-shop · bots [Preview]  30 branches · 30 passed
06:03:05  card 2  ✖▱▱▱▱▱▱▱▱▱▱▱ red  web-shop · CI · bots  30 branches · 2 failed · 28 running
06:03:09  card 2  ✖✖▱▱▱▱▱▱▱▱▱▱ red  web-shop · CI · bots  30 branches · 3 failed · 27 running
06:03:13  card 2  ✖✖▱▱▱▱▱▱▱▱▱▱ red  web-shop · CI · bots  30 branches · 4 failed · 26 running
06:03:17  card 2  ✖✖▱▱▱▱▱▱▱▱▱▱ red  web-shop · CI · bots  30 branches · 5 failed · 25 running
06:03:21  card 2  ✖✖✖▱▱▱▱▱▱▱▱▱ red  web-shop · CI · bots  30 branches · 6 failed · 24 running
06:03:25  card 2  ✖✖✖▱▱▱▱▱▱▱▱▱ red  web-shop · CI · bots  30 branches · 7 failed · 23 running
06:03:29  card 2  ✖✖✖✖▱▱▱▱▱▱▱▱ red  web-shop · CI · bots  30 branches · 8 failed · 22 running
06:03:33  card 2  ✖✖✖✖▱▱▱▱▱▱▱▱ red  web-shop · CI · bots  30 branches · 9 failed · 21 running
06:03:37  card 2  ✖✖✖✖▱▱▱▱▱▱▱▱ red  web-shop · CI · bots  30 branches · 9 failed · 20 running · 1 passed
06:03:41  card 2  ✖✖✖✖▰▱▱▱▱▱▱▱ red  web-shop · CI · bots  30 branches · 9 failed · 19 running · 2 passed
06:03:45  card 2  ✖✖✖✖▰▱▱▱▱▱▱▱ red  web-shop · CI · bots  30 branches · 9 failed · 18 running · 3 passed
06:03:49  card 2  ✖✖✖✖▰▰▱▱▱▱▱▱ red  web-shop · CI · bots  30 branches · 9 failed · 17 running · 4 passed
06:03:53  card 2  ✖✖✖✖▰▰▱▱▱▱▱▱ red  web-shop · CI · bots  30 branches · 9 failed · 16 running · 5 passed
06:03:57  card 2  ✖✖✖✖▰▰▱▱▱▱▱▱ red  web-shop · CI · bots  30 branches · 9 failed · 15 running · 6 passed
06:04:01  card 2  ✖✖✖✖▰▰▰▱▱▱▱▱ red  web-shop · CI · bots  30 branches · 9 failed · 14 running · 7 passed
06:04:05  card 2  ✖✖✖✖▰▰▰▱▱▱▱▱ red  web-shop · CI · bots  30 branches · 9 failed · 13 running · 8 passed
06:04:09  card 2  ✖✖✖✖▰▰▰▰▱▱▱▱ red  web-shop · CI · bots  30 branches · 9 failed · 12 running · 9 passed
06:04:13  card 2  ✖✖✖✖▰▰▰▰▱▱▱▱ red  web-shop · CI · bots  30 branches · 9 failed · 11 running · 10 passed
06:04:17  card 2  ✖✖✖✖▰▰▰▰▱▱▱▱ red  web-shop · CI · bots  30 branches · 9 failed · 10 running · 11 passed
06:04:21  card 2  ✖✖✖✖▰▰▰▰▰▱▱▱ red  web-shop · CI · bots  30 branches · 9 failed · 9 running · 12 passed
06:04:25  card 2  ✖✖✖✖▰▰▰▰▰▱▱▱ red  web-shop · CI · bots  30 branches · 9 failed · 8 running · 13 passed
06:04:29  card 2  ✖✖✖✖▰▰▰▰▰▰▱▱ red  web-shop · CI · bots  30 branches · 9 failed · 7 running · 14 passed
06:04:33  card 2  ✖✖✖✖▰▰▰▰▰▰▱▱ red  web-shop · CI · bots  30 branches · 9 failed · 6 running · 15 passed
06:04:37  card 2  ✖✖✖✖▰▰▰▰▰▰▱▱ red  web-shop · CI · bots  30 branches · 9 failed · 5 running · 16 passed
06:04:41  card 2  ✖✖✖✖▰▰▰▰▰▰▰▱ red  web-shop · CI · bots  30 branches · 9 failed · 4 running · 17 passed
06:04:45  card 2  ✖✖✖✖▰▰▰▰▰▰▰▱ red  web-shop · CI · bots  30 branches · 9 failed · 3 running · 18 passed
06:04:49  card 2  ✖✖✖✖▰▰▰▰▰▰▰▱ red  web-shop · CI · bots  30 branches · 9 failed · 2 running · 19 passed
06:04:53  card 2  ✖✖✖✖▰▰▰▰▰▰▰▱ red  web-shop · CI · bots  30 branches · 9 failed · 1 running · 20 passed
06:04:57  card 2  ✖✖✖✖▰▰▰▰▰▰▰▰ red  web-shop · CI · bots  30 branches · 9 failed · 21 passed
06:08:02  card 3 leaves
06:09:00  card 1  ▱ blue  web-shop · Deploy [#1]  Running · main · 69f1af7
06:09:02  card 1  ▰ green  web-shop · Deploy [#1]  Passed in 9 min 12 s · main · 69f1af7
06:10:00  quiet  web-shop · CI: 9 bot runs failed  renovate/package-1, renovate/package-2, renovate/package-3, renovate/package-4, renovate/package-5, renovate/package-6, renovate/package-7, renovate/package-8, renovate/package-9
06:14:02  card 1 leaves
07:04:57  card 2 leaves
