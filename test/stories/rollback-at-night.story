# Rollback at night

B goes live at 23:00; at 23:06 somebody rolls back to A in Vercel and lets Railway serve A's container again. B's container, which serves
nobody any more, crashes at 23:07. The card says at once that A serves again; B's crash rings nobody.

## Endpoints
vercel:
railway:

## Webhooks
2026-11-02
22:00:00  vercel   deployment a created commit=aaaaaaa message="Add prices with tax"
22:01:08  vercel   deployment a ready
22:01:09  vercel   deployment a succeeded
22:01:10  vercel   deployment a promoted
22:02:00  railway  deployment ra building service=api commit=aaaaaaa
22:03:00  railway  deployment ra deployed
22:58:50  vercel   deployment b created commit=bbbbbbb message="New checkout"
22:58:52  railway  deployment rb building service=api commit=bbbbbbb
22:59:40  railway  deployment rb deployed
22:59:41  railway  deployment ra removed
22:59:58  vercel   deployment b ready
22:59:59  vercel   deployment b succeeded
23:00:00  vercel   deployment b promoted
23:06:00  vercel   deployment a rollback from=b
23:06:20  railway  deployment ra2 deploying service=api commit=aaaaaaa
23:06:40  railway  deployment ra2 deployed
23:07:00  railway  deployment rb crashed

## Claims
- rings: 1
- rings saying "rolled back to aaaaaaa": 1
- screen at 23:06:05 shows "Rolled back"
- screen at 23:06:05 shows "aaaaaaa" on 1 card
- screen at 23:06:05 does not show "bbbbbbb"
- quiet: 0
- cards of one track at once: 1
- contradictions: 0

## Phone
2026-11-02
22:00:01  card 1  ▱▱ blue  web-shop [Production]  Building · main · aaaaaaa
22:01:08  card 1  ▰▱ blue  web-shop [Production]  Checks · main · aaaaaaa
22:01:10  card 1  ▰▰ green  web-shop [Production]  Live in 1 min 10 s · main · aaaaaaa
22:02:01  card 2  ▱▱▱ blue  web-shop · api [Production]  Building · main · aaaaaaa
22:03:00  card 2  ▰▰▰ green  web-shop · api [Production]  Live in 1 min · main · aaaaaaa
22:06:10  card 1 leaves
22:08:00  card 2 leaves
22:58:51  card 1  ▱▱ blue  web-shop [Production]  Building · main · bbbbbbb
22:58:53  card 2  ▱▱▱ blue  web-shop · api [Production]  Building · main · bbbbbbb
22:59:40  card 2  ▰▰▰ green  web-shop · api [Production]  Live in 48 s · main · bbbbbbb
22:59:58  card 1  ▰▱ blue  web-shop [Production]  Checks · main · bbbbbbb
23:00:00  card 1  ▰▰ green  web-shop [Production]  Live in 1 min 10 s · main · bbbbbbb
23:04:40  card 2 leaves
23:05:00  card 1 leaves
23:06:00  card 1  ▰▰ green  web-shop [Production]  Rolled back · main · aaaaaaa
23:06:00  RINGS  web-shop production rolled back to aaaaaaa  Rolled back · main · aaaaaaa  Add prices with tax
23:06:21  card 2  ▰▱▱ blue  web-shop · api [Production]  Deploying · main · aaaaaaa
23:06:40  card 2  ▰▰▰ green  web-shop · api [Production]  Live in 20 s · main · aaaaaaa
23:11:00  card 1 leaves
23:11:40  card 2 leaves
