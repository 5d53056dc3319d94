/**
 * The lock screen as one self-contained HTML page with the present picture in it. It loads nothing from elsewhere, and
 * what others have sent gets into it as data only: the script sets it as text.
 */
import type { LockScreen } from "../lock-screen.ts";
import { CARDS_SCRIPT } from "./cards.ts";
import { SCREEN_SCRIPT } from "./script.ts";
import { CARD_STYLE, FRAME_STYLE } from "./style.ts";
import { SYMBOLS } from "./symbols.ts";

/** `nonce` must be fresh for each answer and stand in its Content-Security-Policy. */
export function renderPage(screen: LockScreen, nonce: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="color-scheme" content="dark">
<meta name="theme-color" content="#0b1026">
<title>Lock screen · preview</title>
<link rel="icon" href="data:,">
<style nonce="${nonce}">${FRAME_STYLE}${CARD_STYLE}</style>
</head>
<body>
${BODY}
<script nonce="${nonce}" type="application/json" id="symbols">${dataIn(SYMBOLS)}</script>
<script nonce="${nonce}" type="application/json" id="screen">${dataIn(screen)}</script>
<script nonce="${nonce}">"use strict";${CARDS_SCRIPT}${SCREEN_SCRIPT}</script>
</body>
</html>
`;
}

/** Within a script element only `<` can do harm: it might close the element or open a comment. */
const dataIn = (value: unknown): string => JSON.stringify(value).replaceAll("<", "\\u003c");

const BODY = `<div class="stage">
<main class="phone" aria-label="iPhone lock screen">
  <div class="wallpaper" aria-hidden="true"></div>
  <div class="status" aria-hidden="true"><span class="carrier">Preview</span><span class="signal"><i></i><i></i><i></i><i></i><b></b></span></div>
  <div class="island" id="island" role="status"></div>
  <div class="screen" tabindex="-1">
    <header class="top">
      <svg class="lock" viewBox="0 0 24 24" aria-hidden="true"><path d="M7 10V7a5 5 0 0 1 10 0v3h1a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2v-8a2 2 0 0 1 2-2zm2.2 0h5.6V7a2.8 2.8 0 0 0-5.6 0z"/></svg>
      <p class="date" id="date"></p>
      <p class="clock" id="clock"></p>
      <div class="widgets" id="widgets" aria-label="Widgets"></div>
    </header>
    <section class="cards" id="activities" aria-label="Live Activities"></section>
    <section class="cards" id="pushes" aria-label="Notifications"></section>
    <section class="empty" id="empty" hidden>
      <h1>Nothing here yet</h1>
      <p>Run <code>npm run demo</code>, or point a webhook at this gateway. Whatever it sends shows up here at once.</p>
    </section>
  </div>
  <footer class="dock">
    <span class="round" aria-hidden="true"><svg viewBox="0 0 24 24"><path d="M8 2h8v3.5l-2 3V20a2 2 0 0 1-4 0V8.5l-2-3z"/></svg></span>
    <span class="app" id="app"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M13.5 1.5L4 13.8h6.2L9.3 22.5L20 9.6h-6.6z"/></svg><em id="badge" hidden></em></span>
    <span class="round" aria-hidden="true"><svg viewBox="0 0 24 24"><path d="M8.5 5l1.3-2h4.4l1.3 2H20a2 2 0 0 1 2 2v11a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2zM12 8a4.5 4.5 0 1 0 0 9a4.5 4.5 0 0 0 0-9z"/></svg></span>
  </footer>
  <div class="home" aria-hidden="true"></div>
</main>
<aside class="panel">
  <p class="connection" id="connection" role="status"><i></i><span>Connecting</span></p>
  <h2>Preview core</h2>
  <p>A stand-in of the ActivitySmith API, with its rules and limits. Nothing here reaches a phone.</p>
  <dl>
    <div><dt>Live Activities</dt><dd id="slots"></dd><meter id="slots-meter" aria-label="Live Activities in use"></meter></div>
    <div><dt>Calls in the last minute</dt><dd id="calls"></dd><meter id="calls-meter" aria-label="Calls in the last minute"></meter></div>
  </dl>
  <p class="hint">Buttons work: links open in a new tab, webhooks are really called. Swiping a Live Activity away (×) pauses its stream until it ends.</p>
</aside>
</div>
<noscript><p class="noscript">This page draws itself with JavaScript. The same picture as JSON is at <code>preview/state</code>.</p></noscript>`;
