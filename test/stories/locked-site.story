# A locked site

Publishing is stopped on Netlify: three production builds get ready and none is published. Then the lock is lifted and the newest
is published by hand. That is no failure and no rollback: nobody is rung.

## Endpoints
netlify:

## Webhooks
2026-11-02
09:00:00  netlify  deploy 1 building message="Prices with tax"
09:00:40  netlify  deploy 1 ready
10:00:00  netlify  deploy 2 building message="Shorter checkout"
10:00:42  netlify  deploy 2 ready
11:00:00  netlify  deploy 3 building message="New footer"
11:00:38  netlify  deploy 3 ready
12:00:00  netlify  deploy 3 unlocked
12:00:05  netlify  deploy 3 restored

## Claims
- rings: 0
- quiet: 0
- screen at 09:00:45 shows "Built, not published" on 1 card
- screen at 11:00:45 shows "Built, not published" on 1 card
- screen at 11:00:45 does not show "red"
- screen at 12:00:10 shows "Live" on 1 card
- cards of one track at once: 1
- contradictions: 0

## Phone
2026-11-02
09:00:01  card 1  ▱▱ blue  web-shop [Production]  Building · main · a08ff49
09:00:40  card 1  ▰▰ green  web-shop [Production]  Built, not published · main · a08ff49
09:05:40  card 1 leaves
10:00:01  card 1  ▱▱ blue  web-shop [Production]  Building · main · b548ea7
10:00:42  card 1  ▰▰ green  web-shop [Production]  Built, not published · main · b548ea7
10:05:42  card 1 leaves
11:00:01  card 1  ▱▱ blue  web-shop [Production]  Building · main · b071c77
11:00:38  card 1  ▰▰ green  web-shop [Production]  Built, not published · main · b071c77
11:05:38  card 1 leaves
12:00:05  card 1  ▰▰ green  web-shop [Production]  Live in 38 s · main · b071c77
12:05:05  card 1 leaves
