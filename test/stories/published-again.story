# An older build is published again

Three builds went live on Netlify; somebody publishes the first one again. That is a rollback: one ring, and the card says to what.

## Endpoints
netlify:

## Webhooks
2026-11-02
09:00:00  netlify  deploy 1 building commit=aaaaaaa message="Prices with tax"
09:00:40  netlify  deploy 1 live
10:00:00  netlify  deploy 2 building commit=bbbbbbb message="Shorter checkout"
10:00:42  netlify  deploy 2 live
11:00:00  netlify  deploy 3 building commit=ccccccc message="New footer"
11:00:38  netlify  deploy 3 live
11:20:00  netlify  deploy 1 restored

## Claims
- rings: 1
- rings saying "rolled back to aaaaaaa": 1
- quiet: 0
- screen at 11:20:05 shows "aaaaaaa" on 1 card
- cards of one track at once: 1
- contradictions: 0

## Phone
2026-11-02
09:00:01  card 1  ▱▱ blue  web-shop [Production]  Building · main · aaaaaaa
09:00:40  card 1  ▰▰ green  web-shop [Production]  Live in 40 s · main · aaaaaaa
09:05:40  card 1 leaves
10:00:01  card 1  ▱▱ blue  web-shop [Production]  Building · main · bbbbbbb
10:00:42  card 1  ▰▰ green  web-shop [Production]  Live in 42 s · main · bbbbbbb
10:05:42  card 1 leaves
11:00:01  card 1  ▱▱ blue  web-shop [Production]  Building · main · ccccccc
11:00:38  card 1  ▰▰ green  web-shop [Production]  Live in 38 s · main · ccccccc
11:05:38  card 1 leaves
11:20:00  card 1  ▰▰ green  web-shop [Production]  Rolled back · main · aaaaaaa
11:20:00  RINGS  web-shop production rolled back to aaaaaaa  Rolled back · main · aaaaaaa  Prices with tax
11:25:00  card 1 leaves
