/** The look of the preview's page: an iPhone's lock screen, in the dark. Style only. */

/** Stage, phone, clock, dock and the panel beside it. */
export const FRAME_STYLE = `
*{box-sizing:border-box;margin:0}
:root{color-scheme:dark;--ink:#fff;--soft:rgb(235 235 245/.72);--faint:rgb(235 235 245/.5);font:15px/1.35 -apple-system,BlinkMacSystemFont,"SF Pro Text","Inter","Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;-webkit-font-smoothing:antialiased}
body{min-height:100dvh;background:#07080d;color:var(--ink)}
button{font:inherit;color:inherit;cursor:pointer;border:0;background:none}
:focus-visible{outline:2px solid #64d2ff;outline-offset:2px}
[hidden]{display:none!important}
code{font:600 .92em ui-monospace,"SF Mono",Menlo,Consolas,monospace;background:rgb(255 255 255/.14);border-radius:6px;padding:2px 6px;white-space:nowrap}
.stage{min-height:100dvh;display:flex;align-items:center;justify-content:center;gap:64px;padding:24px;background:radial-gradient(60rem 40rem at 70% 10%,#17204a55,transparent),radial-gradient(50rem 40rem at 20% 90%,#3b124a44,transparent)}
.phone{position:relative;isolation:isolate;flex:none;width:414px;height:min(896px,100dvh - 48px);border-radius:62px;overflow:hidden;background:#0b1026;box-shadow:0 0 0 2px #55585f,0 0 0 11px #0b0b0e,0 0 0 13px #3a3c42,0 40px 90px rgb(0 0 0/.6)}
.wallpaper{position:absolute;inset:0;z-index:-1;background:
radial-gradient(90% 55% at 82% 4%,#ff9a6a 0,#e2557f 26%,transparent 62%),
radial-gradient(85% 60% at 4% 22%,#6a4be0 0,transparent 66%),
radial-gradient(95% 60% at 96% 62%,#1f7fc4 0,transparent 62%),
radial-gradient(90% 55% at 12% 100%,#0f8f8a 0,transparent 66%),
linear-gradient(180deg,#3a1f6b,#101a44 58%,#06202f)}
.wallpaper::after{content:"";position:absolute;inset:0;background:linear-gradient(180deg,rgb(0 0 0/.12),transparent 24%,rgb(4 6 20/.34))}
.status{position:absolute;inset:17px 34px auto;display:flex;justify-content:space-between;font-size:15px;font-weight:600;z-index:2}
.signal{display:flex;align-items:flex-end;gap:2px;height:18px;padding-bottom:4px}
.signal i{width:3px;border-radius:1px;background:#fff;height:4px}.signal i:nth-child(2){height:6px}.signal i:nth-child(3){height:9px}.signal i:nth-child(4){height:11px}
.signal b{width:24px;height:11px;margin-left:5px;border-radius:4px;border:1px solid rgb(255 255 255/.5);background:linear-gradient(90deg,#fff 78%,transparent 0) content-box;padding:1.5px}
.island{position:absolute;top:12px;left:50%;translate:-50%;z-index:3;width:124px;height:36px;border-radius:20px;background:#000;display:flex;align-items:center;justify-content:space-between;gap:10px;padding:0 11px;overflow:hidden;transition:width .45s cubic-bezier(.3,1.4,.5,1),height .45s cubic-bezier(.3,1.4,.5,1),border-radius .45s}
.island.on{width:212px}
.island .icon{width:19px;height:19px;background:none;--card:#000}
.island b{color:var(--tint);font-size:14px;font-variant-numeric:tabular-nums;white-space:nowrap;max-width:64px;overflow:hidden;text-overflow:ellipsis}
.island.wide{width:calc(100% - 28px);height:66px;border-radius:34px;padding:0 20px}.island.wide .icon{width:30px;height:30px}
.island .words{flex:1;font-size:13px;line-height:1.3;color:var(--soft);overflow:hidden;display:-webkit-box;-webkit-line-clamp:3;-webkit-box-orient:vertical}.island strong{display:block;color:#fff;font-size:14px}
.screen{position:absolute;inset:0;overflow-y:auto;scrollbar-width:none;padding:62px 12px 122px;outline:0;mask-image:linear-gradient(180deg,transparent 44px,#000 72px,#000 calc(100% - 124px),transparent calc(100% - 84px))}
.top{text-align:center;text-shadow:0 1px 14px rgb(0 0 0/.18);padding-bottom:18px}
.lock{width:20px;height:20px;fill:#fff;opacity:.92}
.date{font-size:20px;font-weight:600;margin-top:8px;opacity:.94}
.clock{font-size:104px;line-height:1;font-weight:600;letter-spacing:-.035em;font-variant-numeric:tabular-nums;font-family:ui-rounded,-apple-system,"SF Pro Rounded","Inter",system-ui,"Helvetica Neue",Arial,sans-serif;background:linear-gradient(180deg,#fff,rgb(255 255 255/.9));background-clip:text;color:transparent;text-shadow:none;transition:font-size .4s}
.busy .clock{font-size:76px}.busy .top{padding-bottom:12px}.busy .lock{display:none}
.widgets{display:flex;flex-wrap:wrap;justify-content:center;gap:8px;margin-top:12px}.widgets:empty{display:none}
.widget{min-width:104px;max-width:180px;text-align:left;padding:9px 14px;border-radius:18px;background:rgb(255 255 255/.16);backdrop-filter:blur(18px)}
.widget span{display:block;font-size:12px;font-weight:500;color:rgb(255 255 255/.8);white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
.widget b{display:block;line-height:1.2;font-size:21px;font-weight:650;letter-spacing:-.01em;overflow-wrap:anywhere}.widget small{font-size:13px;font-weight:600;margin-left:2px;opacity:.8}
.empty{text-align:center;margin:22vh 26px 0;color:rgb(255 255 255/.86);text-wrap:balance}
.empty h1{font-size:20px;font-weight:650;margin-bottom:8px}
.dock{position:absolute;inset:auto 46px 34px;display:flex;align-items:center;justify-content:space-between;pointer-events:none}
.round{width:50px;height:50px;border-radius:50%;display:grid;place-items:center;background:rgb(20 20 30/.42);backdrop-filter:blur(14px)}.round svg{width:22px;height:22px;fill:#fff}
.app,.appicon{position:relative;display:grid;place-items:center;border-radius:27%;background:linear-gradient(160deg,#ffb53d,#ff6a2b 55%,#e0336b);box-shadow:0 4px 14px rgb(0 0 0/.3)}
.app{width:54px;height:54px}.app svg{width:30px;height:30px;fill:#fff}
.app em{position:absolute;top:-8px;right:-10px;min-width:23px;height:23px;padding:0 7px;border-radius:12px;background:#ff3b30;font:600 13px/23px inherit;font-style:normal;font-family:inherit;line-height:23px;text-align:center}
.home{position:absolute;left:50%;bottom:9px;translate:-50%;width:138px;height:5px;border-radius:3px;background:#fff}
.panel{width:300px;color:var(--soft)}.panel h2{color:#fff;font-size:26px;letter-spacing:-.02em;margin:18px 0 8px}
.panel dl{margin:26px 0;display:grid;gap:18px}.panel dl div{display:grid;grid-template-columns:1fr auto;gap:6px}.panel dd{margin:0;color:#fff;font-weight:600;font-variant-numeric:tabular-nums}
meter{grid-column:1/-1;display:block;width:100%;height:6px;border:0;border-radius:3px;background:none;appearance:none}
meter::-webkit-meter-inner-element{display:block;height:6px}meter::-webkit-meter-bar{height:6px;border:0;border-radius:3px;background:rgb(255 255 255/.12)}meter::-webkit-meter-optimum-value{background:#30d158;border-radius:3px}meter::-webkit-meter-suboptimum-value{background:#ff9f0a;border-radius:3px}
.hint{font-size:13px;color:var(--faint)}
.connection{display:inline-flex;align-items:center;gap:8px;padding:5px 12px;border-radius:99px;background:rgb(255 255 255/.09);font-size:13px;font-weight:600;color:#fff}
.connection i{width:8px;height:8px;border-radius:50%;background:#a1a1a8}.connection.on i{background:#30d158;box-shadow:0 0 0 4px rgb(48 209 88/.18)}.connection.lost i{background:#ff9f0a}
.noscript{position:fixed;inset:auto 0 0;padding:16px;background:#000;text-align:center}
@media (max-width:820px){.stage{display:block;padding:0}.phone{width:100%;height:100dvh;border-radius:0;box-shadow:none}.panel>:not(.connection){display:none}.panel{width:auto}.connection{position:fixed;z-index:9;left:50%;bottom:96px;translate:-50%;background:rgb(20 20 30/.8);backdrop-filter:blur(12px)}.connection.on{display:none}}
@media (prefers-reduced-motion:reduce){*,*::before,*::after{animation:none!important;transition:none!important}}
`;

/** Live Activities and notifications. */
export const CARD_STYLE = `
.cards{display:grid;gap:9px}.cards:not(:empty)+.cards:not(:empty){margin-top:9px}
.card{--card:#191a22;position:relative;padding:14px 16px;border-radius:24px;overflow-wrap:anywhere;box-shadow:inset 0 0 0 .5px rgb(255 255 255/.12),0 8px 26px rgb(0 0 0/.16)}
.card.activity{background:rgb(17 18 26/.8);backdrop-filter:blur(26px) saturate(1.5)}
.card.push{--card:#45405e;background:rgb(86 80 112/.44);backdrop-filter:blur(26px) saturate(1.6)}
.card.enter{animation:enter .5s cubic-bezier(.2,1.2,.4,1)}.card.changed{animation:changed .7s}
@keyframes enter{from{opacity:0;transform:translateY(18px) scale(.96)}}
@keyframes changed{from{box-shadow:inset 0 0 0 1.5px var(--tint,#fff)}}
.card.ended{opacity:.78}
.head{display:flex;align-items:center;gap:12px}
.icon{flex:none;width:38px;height:38px;display:grid;place-items:center;border-radius:12px;background:color-mix(in srgb,var(--tint) 20%,transparent);color:var(--tint)}
.icon svg,.appicon svg{width:23px;height:23px}.island .icon svg{width:100%;height:100%}
.appicon{flex:none;width:38px;height:38px;color:#fff;box-shadow:none}
svg .fill{fill:currentColor;stroke:currentColor;stroke-width:1;stroke-linejoin:round}
svg .line{fill:none;stroke:currentColor;stroke-width:2.5;stroke-linecap:round;stroke-linejoin:round}
svg .cut{fill:none;stroke:var(--card);stroke-width:2.3;stroke-linecap:round;stroke-linejoin:round}
.words{flex:1;min-width:0;color:inherit;text-decoration:none}
.card h2{font-size:16px;line-height:1.25;font-weight:650;letter-spacing:-.01em}
.subtitle{color:var(--soft);font-size:14px;margin-top:1px}
.push .head{align-items:flex-start}.push h2{font-size:15px}.push .subtitle{color:#fff;font-weight:550}.push .message{font-size:15px;line-height:1.3;color:rgb(255 255 255/.92)}
.side{flex:none;align-self:flex-start;display:grid;justify-items:end;gap:5px;max-width:42%}
.when{font-size:12.5px;color:var(--faint);white-space:nowrap}.push .when{color:rgb(255 255 255/.66)}
.pill{padding:2px 9px;border-radius:99px;font-size:12px;font-weight:650;color:var(--tint,#fff);background:color-mix(in srgb,var(--tint,#fff) 20%,transparent)}
.segments{display:flex;gap:5px;margin-top:13px}.segments.fine{gap:1px}
.segments i{flex:1;height:8px;border-radius:4px;background:rgb(255 255 255/.15);min-width:1px}
.segments.fine i{border-radius:1px}
.segments i.done{background:var(--tint)}
.segments i.current{background:linear-gradient(90deg,color-mix(in srgb,var(--tint) 34%,transparent) 35%,var(--tint) 50%,color-mix(in srgb,var(--tint) 34%,transparent) 65%) 0/300% 100%;animation:flow 2.4s linear infinite}
@keyframes flow{from{background-position:100% 0}to{background-position:0 0}}
.bar{flex:1;height:8px;border-radius:4px;background:rgb(255 255 255/.15);overflow:hidden}.bar i{display:block;height:100%;border-radius:4px;background:var(--tint);transition:width .6s}
.progress,.timer{display:flex;align-items:center;gap:12px;margin-top:12px}.progress b{font-size:15px;font-variant-numeric:tabular-nums}
.timer{justify-content:flex-end}.digits{color:var(--tint);font-size:30px;line-height:1;font-weight:600;letter-spacing:-.02em;font-variant-numeric:tabular-nums}
.gauges{display:grid;grid-template-columns:repeat(auto-fit,minmax(84px,1fr));gap:8px;margin-top:12px}
.gauge{padding:9px 11px;border-radius:14px;background:rgb(255 255 255/.07);display:grid;gap:3px}
.gauge span,.stats span{font-size:12px;color:var(--soft)}.gauge b{font-size:20px;line-height:1.1;font-variant-numeric:tabular-nums;color:var(--tint)}.gauge small{font-size:12px;margin-left:1px;opacity:.85}.gauge .bar{height:5px;margin-top:3px}
.stats{display:grid;grid-template-columns:repeat(auto-fit,minmax(70px,1fr));gap:10px 12px;margin-top:12px}.stats div{display:grid}.stats b{font-size:19px;line-height:1.2;letter-spacing:-.01em;color:var(--tint)}
.is-alert .message{margin-top:9px;color:rgb(255 255 255/.9)}
.actions{display:grid;grid-auto-flow:column;grid-auto-columns:1fr;gap:8px;margin-top:13px}.push .actions{grid-auto-flow:row}
.action{display:flex;align-items:center;justify-content:center;min-height:38px;padding:8px 12px;border-radius:13px;font-size:14.5px;font-weight:620;text-align:center;text-decoration:none;color:var(--tint,#fff);background:color-mix(in srgb,var(--tint,#fff) 17%,transparent);transition:background .2s}
.action:hover{background:color-mix(in srgb,var(--tint,#fff) 27%,transparent)}.action:disabled{opacity:.5}
.press{margin-top:8px;font-size:12.5px;color:#ffb3ad}.press.ok{color:#9df0b2}
.chips{display:flex;flex-wrap:wrap;gap:5px;margin-top:10px}.chips span{font-size:11.5px;padding:1px 8px;border-radius:99px;background:rgb(255 255 255/.1);color:var(--soft)}
.close{position:absolute;top:-5px;left:-5px;width:24px;height:24px;border-radius:50%;font-size:15px;line-height:1;background:rgb(40 40 52/.96);box-shadow:0 0 0 1px rgb(255 255 255/.2);opacity:0;transition:opacity .2s}
.card:hover .close,.close:focus-visible{opacity:1}
@media (hover:none){.close{opacity:.6;width:21px;height:21px;font-size:13px}}
`;
