# Vercel: event names of 2021

A preview told in the event names of 2021 gets ready as any other.

## Endpoints
vercel:

## Webhooks
2026-11-08
10:00:00  vercel  lifecycle legacy-preview-success

## Claims
- rings: 0
- quiet: 0
- screen at 10:01:00 shows "Ready" on 1 card
- flashes under 8 s: 0
- bars back: 0
- contradictions: 0

## Phone
2026-11-08
10:00:08  card 1  ▱▱ blue  web-shop [Preview]  Building · main-next · 8a0c5f9
10:00:33  card 1  ▰▱ blue  web-shop [Preview]  Checks · main-next · 8a0c5f9
10:00:35  card 1  ▰▰ green  web-shop [Preview]  Ready in 36 s · main-next · 8a0c5f9
10:05:35  card 1 leaves
