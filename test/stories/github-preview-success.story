# GitHub: another host's preview

A host deploys a preview and tells GitHub of it: Ready, as everywhere else, and no push.

## Endpoints
github:

## Webhooks
2026-11-02
11:00:00  github  lifecycle preview-success

## Claims
- rings: 0
- quiet: 0
- screen at 11:01:00 shows "Ready" on 1 card
- flashes under 8 s: 0
- bars back: 0
- contradictions: 0

## Phone
2026-11-02
11:00:08  card 1  ▱▱▱ blue  web-shop · web-shop [Preview]  Queued · 9e27d1b
11:00:44  card 1  ▰▰▰ green  web-shop · web-shop [Preview]  Ready in 44 s · 9e27d1b
11:05:44  card 1 leaves
