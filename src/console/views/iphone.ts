/** The form that tries an API key, and what came of it. Pure. */
import { html } from "hono/html";
import type { KeyCheck } from "../../destinations/destination.ts";
import { counted } from "./parts/html.ts";
import type { Html, Tone } from "./parts/html.ts";

export interface IphoneModel {
  /** The path of the page that the form stands on. */
  readonly page: string;
  readonly check: KeyCheck | undefined;
  readonly mayAct: boolean;
}

/** What may come of a check, with what it means and what to do. */
export const KEY_WORDS = [
  [
    "works",
    "ok",
    "The key works",
    "Set it as ACTIVITYSMITH_API_KEY and start the gateway again; on Workers: npx wrangler secret put ACTIVITYSMITH_API_KEY.",
  ],
  [
    "refused",
    "bad",
    "ActivitySmith refuses this key",
    "Copy it again from the app’s settings: the whole of it, without blanks.",
  ],
  [
    "nobody",
    "wait",
    "The key is right, but reaches no device",
    "Open ActivitySmith on your iPhone, log in to the same account, allow notifications, and check again.",
  ],
  [
    "unpaid",
    "wait",
    "The key is right, but its account may not send",
    "The trial is over or a cap is reached: see the billing settings of ActivitySmith.",
  ],
  ["limited", "wait", "ActivitySmith asks to slow down", "Check again in a minute."],
  [
    "unreachable",
    "bad",
    "ActivitySmith does not answer",
    "Nothing was sent. See the network and ACTIVITYSMITH_API_URL, and check again.",
  ],
] as const satisfies readonly (readonly [KeyCheck["kind"], Tone, string, string])[];

export function phonePanel(model: IphoneModel | undefined): Html {
  if (model === undefined)
    return html`<section class="panel">
      <h2>Your iPhone</h2>
      <p>An ActivitySmith key is set: what is shown here is what your iPhone was told.</p>
    </section>`;
  const { page, check, mayAct } = model;
  return html`<section class="panel" id="iphone" aria-labelledby="iphone-title">
    <h2 id="iphone-title">Send to my iPhone</h2>
    ${check === undefined ? "" : checkNote(check)}
    <p class="dim">
      Paste an API key of ActivitySmith. It is checked with one test push and not stored.
    </p>
    ${mayAct ? form(page) : ""}
  </section>`;
}

const form = (page: string): Html =>
  html`<form class="row" method="post" action="/check-key" autocomplete="off">
    <input type="hidden" name="from" value="${page}" />
    <label class="search"
      ><span class="visually-hidden">API key</span
      ><input
        name="api_key"
        type="password"
        required
        minlength="8"
        placeholder="API key"
        autocomplete="off" /></label
    ><button class="primary">Check</button>
  </form>`;

function checkNote(check: KeyCheck): Html {
  const [, tone = "wait", words = "", next = ""] =
    KEY_WORDS.find(([kind]) => kind === check.kind) ?? [];
  const reached =
    check.kind === "works" && check.devices !== undefined
      ? `: the test push went to ${counted(check.devices, "device")}`
      : "";
  return html`<p class="note ${tone}" role="status">
    <strong>${words}${reached}.</strong><span>${next}</span>
  </p>`;
}
