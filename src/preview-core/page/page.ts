/**
 * The lock screen as an HTML page with the present picture in it. It loads nothing from elsewhere,
 * and what others have sent gets into it as data only: the script sets it as text.
 */
import type { LockScreen } from "../screen/lock-screen.ts";
import { FAULTS } from "../limits/chaos.ts";
import { RESERVED } from "../caller.ts";

/**
 * `nonce` stands in the answer's Content-Security-Policy; `base` is the path under which the page
 * is served.
 */
export function renderPage(screen: LockScreen, base: string, nonce: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="color-scheme" content="light dark">
<title>What your iPhone would show</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${base}/assets/page.css">
<link rel="stylesheet" href="${base}/assets/phone.css">
</head>
<body>
${BODY}
<script nonce="${nonce}" type="application/json" id="screen">${dataIn(screen)}</script>
<script type="module" src="${base}/assets/page.js"></script>
</body>
</html>
`;
}

/** Within a script element only `<` can do harm: it might close the element or open a comment. */
const dataIn = (value: unknown): string => JSON.stringify(value).replaceAll("<", "\\u003c");

const FAULT_WORDS: Readonly<Record<(typeof FAULTS)[number], string>> = {
  slow: "Slow answers (5 s)",
  error: "Errors (500)",
  rate_limit: "Too many calls (429)",
  reset: "Broken connections",
  lost_answer: "Lost answers",
};

const meter = (id: string, title: string): string =>
  `<div><dt>${title}</dt><dd id="${id}"></dd><meter id="${id}-meter" aria-label="${title}"></meter></div>`;

const BODY = `<main class="stage">
<div id="phone"></div>
<aside class="panel" aria-label="About this preview">
  <header>
    <p class="connection" id="connection" role="status"><i></i><span id="connection-words">Connecting</span></p>
    <h1>What your iPhone would show</h1>
    <p class="muted">Nothing is sent to a phone yet: this gateway has no ActivitySmith API key. Set <code>ACTIVITYSMITH_API_KEY</code> and the same cards appear on your lock screen.</p>
  </header>
  <section class="box">
    <h2>On this screen</h2>
    <p class="muted" id="nothing">Nothing. Run <code>npm run demo</code>, or point a webhook at this gateway: whatever it sends shows up here at once.</p>
    <ul class="items" id="items"></ul>
  </section>
  <section class="box">
    <h2>Limits</h2>
    <dl class="meters">
    ${meter("slots", "Live Activities at once")}
    ${meter("pushes", "Pushes in the last minute")}
    ${meter("calls", "Live Activity calls in the last minute")}
    </dl>
    <div class="row"><span class="badge" aria-hidden="true"><svg viewBox="0 0 24 24"><path d="M13.5 1.5L4 13.8h6.2L9.3 22.5L20 9.6h-6.6z"/></svg><em id="badge" hidden></em></span><span class="muted" id="badge-words"></span></div>
  </section>
  <details class="box">
    <summary>Make trouble</summary>
    <p class="muted" id="trouble" role="status"></p>
    <form class="row" id="trouble-form">
      <select name="fault" aria-label="What goes wrong">${FAULTS.map((it) => `<option value="${it}">${FAULT_WORDS[it]}</option>`).join("")}</select>
      <span>for</span>
      <input name="amount" type="number" value="10" min="1" max="1000" required aria-label="How long">
      <select name="unit" aria-label="Calls or minutes"><option value="calls">calls</option><option value="minutes">minutes</option></select>
      <button>Start</button>
      <button type="button" id="trouble-end" hidden>End it</button>
    </form>
  </details>
  <details class="box">
    <summary>Try every refusal</summary>
    <p class="muted">The preview's API key with a word after it, and these channels, are refused on purpose.</p>
    <table>${RESERVED.map(({ name, does }) => `<tr><td><code>${name}</code></td><td>${does}</td></tr>`).join("")}</table>
  </details>
</aside>
</main>
<noscript><p>This page draws itself with JavaScript. The same picture as JSON is at <code>preview/state</code>.</p></noscript>`;
