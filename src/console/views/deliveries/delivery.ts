/** One delivery and the whole why: received, verified, understood, decided, sent. Pure. */
import { html } from "hono/html";
import type { DeliveryDetail } from "../../../api/deliveries.ts";
import { counted, dot, durationWords, foreign, pill, time, toneOf } from "../parts/html.ts";
import type { Html, Tone } from "../parts/html.ts";
import { payloadTree } from "../parts/payload-tree.ts";
import { heading, liveMark } from "../parts/layout.ts";
import type { Page } from "../parts/layout.ts";
import { activityCard, cards, pushCard } from "../parts/phone.ts";
import { STATUS_WORDS } from "./deliveries.ts";
import { verdictBox, verdictOf } from "./verdict.ts";
import { becauseOf, sentence } from "./because.ts";

export interface DeliveryModel {
  readonly delivery: DeliveryDetail;
  readonly endpoint:
    | { readonly id: string; readonly name: string; readonly url: string }
    | undefined;
  readonly newer: string | undefined;
  readonly older: string | undefined;
  readonly mayAct: boolean;
}

/** More raw text than this is cut on the page; the whole of it can be downloaded. */
const SHOWN_PAYLOAD = 200_000;

export function deliveryPage(model: DeliveryModel): Page {
  const { delivery } = model;
  return {
    title: delivery.event,
    section: "deliveries",
    hears: ["delivery", "call"],
    body: html`${heading(foreign(delivery.summary), subtitle(model), actions(model))}
      ${verdictBox(verdictOf(delivery))}
      <ol class="boxes" id="boxes" data-region>
        ${boxes(model)}
      </ol>
      <div class="calls" id="sent" data-region>${delivery.commands.map(command)}</div>
      ${details(model)}`,
  };
}

/** What was received, folded but for the payload: most come for the answer above. */
function details(model: DeliveryModel): Html {
  const { delivery } = model;
  const { payload: text, payload_redacted: isRedacted, headers } = delivery;
  return html`<details class="panel flush fold" open>
      <summary>
        Payload
        <span class="dim small"
          >${counted(text.length, "character")}${isRedacted ? ", secrets taken out" : ""}</span
        >
      </summary>
      <div>${payload(delivery)}</div>
    </details>
    <details class="panel flush fold">
      <summary>
        Headers <span class="dim small">${counted(Object.keys(headers).length, "header")}</span>
      </summary>
      <div>
        <dl class="facts small">
          ${Object.entries(headers).map(
            ([name, value]) =>
              html`<dt class="mono">${name}</dt>
                <dd class="mono">${foreign(value)}</dd>`,
          )}
        </dl>
      </div>
    </details>
    <details class="panel flush fold">
      <summary>As curl</summary>
      <div>
        <pre id="curl" tabindex="0">${curl(model)}</pre>
        <div class="row">
          <button type="button" data-copy="curl" data-key="c">Copy <kbd>c</kbd></button
          ><span class="hint"
            >The signature is not kept: sign it anew, or use Replay, which reads the stored delivery
            again.</span
          >
        </div>
      </div>
    </details>`;
}

const subtitle = ({ delivery, endpoint }: DeliveryModel): Html =>
  html`${time(delivery.received_at, "full")} · <code>${delivery.event}</code> ·
    ${
      endpoint
        ? html`<a href="/endpoints/${endpoint.id}">${foreign(endpoint.name)}</a>`
        : "an endpoint that is gone"
    }`;

function actions({ delivery, newer, older, mayAct }: DeliveryModel): Html {
  return html`${liveMark}
    ${newer === undefined ? "" : html`<a class="button" data-previous href="/deliveries/${newer}">Newer <kbd>k</kbd></a>`}
    ${older === undefined ? "" : html`<a class="button" data-next href="/deliveries/${older}">Older <kbd>j</kbd></a>`}
    <a class="button" href="/try?delivery=${delivery.id}">Try with…</a>
    <a class="visually-hidden" data-key="u" href="/deliveries" tabindex="-1">All deliveries</a>
    ${
      mayAct
        ? html`<form method="post" action="/deliveries/${delivery.id}/replay">
            <button class="primary" data-key="r">Replay <kbd>r</kbd></button>
          </form>`
        : ""
    }`;
}

function boxes(model: DeliveryModel): Html[] {
  return [
    receivedBox(model),
    verifiedBox(model),
    understoodBox(model),
    decidedBox(model),
    sentBox(model),
  ];
}

const box = (tone: Tone, title: string, content: Html): Html =>
  html`<li>
    <h2>${dot(tone, tone)} ${title}</h2>
    ${content}
  </li>`;

function receivedBox({ delivery }: DeliveryModel): Html {
  return box(
    "ok",
    "Received",
    html`<p>${time(delivery.received_at, "clock")}, stored before it was answered.</p>
      <p class="dim small">Provider’s id <code>${foreign(delivery.provider_delivery_id)}</code></p>
      ${
        delivery.replays > 0
          ? html`<p class="dim small">Replayed ${counted(delivery.replays, "time")}.</p>`
          : ""
      }`,
  );
}

function verifiedBox({ delivery: { verification } }: DeliveryModel): Html {
  const { scheme, secret_id: secret } = verification;
  return box(
    "ok",
    "Verified",
    html`<p>${SCHEME_WORDS[scheme] ?? sentenceCase(scheme.replaceAll("-", " "))}.</p>
      ${secret === null ? "" : html`<p class="dim small">Secret <code>${secret.slice(0, 12)}…</code></p>`}`,
  );
}

const SCHEME_WORDS: Readonly<Record<string, string>> = {
  hmac: "Its HMAC signature matches",
  "body-hash-jws": "Its signed body hash matches",
  "standard-webhooks": "Its Standard Webhooks signature matches",
  "shared-token": "Its token matches",
  unsigned: "It is not signed: whoever knows the URL is believed",
};

function understoodBox({ delivery: { status, signals, detail } }: DeliveryModel): Html {
  if (signals === null || signals.length === 0) {
    return box(
      toneOf(status),
      "Understood",
      html`<p>${STATUS_WORDS[status]}</p>
        ${detail === null ? "" : html`<p class="dim">${foreign(detail)}</p>`}`,
    );
  }
  return box(
    "ok",
    "Understood",
    html`<ul class="list">
      ${signals.map((signal) => html`<li>${signalWords(signal)}</li>`)}
    </ul>`,
  );
}

type Signals = NonNullable<DeliveryDetail["signals"]>;

export function signalWords(signal: Signals[number]): Html {
  const where = [signal.project?.name, signal.line?.name, signal.environment?.name].filter(
    (it) => it !== undefined,
  );
  const what =
    signal.kind === "progress"
      ? `run ${signal.run.id}, attempt ${signal.run.attempt}`
      : signal.title;
  return html`${pill("busy", signal.kind)} ${foreign(where.join(" · "))}
    <span class="dim">${foreign(what)}</span>`;
}

function decidedBox({
  delivery: { status, detail, commands, digested_at: digestedAt },
}: DeliveryModel): Html {
  if (digestedAt === null) return box("busy", "Decided", html`<p>It waits to be read.</p>`);
  const because = detail === null ? undefined : becauseOf(detail);
  if (commands.length > 0) {
    const kinds = [...new Set(commands.map(({ call }) => WANTED[call]))];
    return box(
      "ok",
      "Decided",
      html`<p>Wanted: ${kinds.join(", ")}.</p>
        ${because === undefined ? "" : html`<p class="dim">${foreign(because)}</p>`}`,
    );
  }
  return box(
    toneOf(status),
    "Decided",
    html`<p>Nothing to show or tell.</p>
      ${because === undefined ? "" : html`<p class="dim">${foreign(because)}</p>`}`,
  );
}

const WANTED: Readonly<Record<DeliveryDetail["commands"][number]["call"], string>> = {
  push: "a push",
  stream_update: "a change of the Live Activity",
  stream_end: "the end of the Live Activity",
  metric_value: "a value of a metric",
  badge: "a change of the badge",
};

const CALLS: Readonly<Record<DeliveryDetail["commands"][number]["call"], string>> = {
  push: "Push",
  stream_update: "Card",
  stream_end: "End of the card",
  metric_value: "Metric",
  badge: "Badge",
};

const BECAME_WORDS: Readonly<Record<DeliveryDetail["commands"][number]["status"], string>> = {
  pending: "waits",
  sending: "being sent",
  done: "sent",
  dead: "given up",
  skipped: "not needed",
  superseded: "replaced",
};

function sentBox({ delivery: { commands } }: DeliveryModel): Html {
  if (commands.length === 0)
    return box("off", "Sent", html`<p class="dim">Nothing was to be sent.</p>`);
  const worst: Tone = commands.some(({ status }) => status === "dead")
    ? "bad"
    : commands.some(({ status }) => status === "pending" || status === "sending")
      ? "wait"
      : "ok";
  return box(
    worst,
    "Sent",
    html`<ul class="list">
      ${commands.map((it) => html`<li>${pill(toneOf(it.status), BECAME_WORDS[it.status])} ${CALLS[it.call]}${it.reason === null ? "" : html`<br /><span class="dim">${foreign(it.reason)}</span>`}</li>`)}
    </ul>`,
  );
}

function command(it: DeliveryDetail["commands"][number]): Html {
  const { reason, attempt_log: attempts, status, call } = it;
  const why = status === "done" ? null : reason;
  return html`<section class="panel call" id="${it.id}">
    <header>
      <h2>${sentenceCase(WANTED[call])}</h2>
      ${pill(toneOf(status), BECAME_WORDS[status])}
    </header>
    ${call === "stream_end" && status === "pending" ? html`<p>It leaves the lock screen ${time(it.not_before)}.</p>` : picture(it)}
    ${
      attempts.length > 0
        ? html`<ul class="answers">
            ${attempts.map(attempt)}
          </ul>`
        : ""
    }${why === null ? "" : html`<p class="dim small">${foreign(sentence(why))}</p>`}
    <details>
      <summary class="quiet">What is sent, and what was answered</summary>
      <pre tabindex="0">
${JSON.stringify(it.body, null, 2)}${attempts.map(({ answer }) => (answer === null ? "" : `\n\n← ${answer}`))}</pre>
    </details>
  </section>`;
}

const sentenceCase = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const attempt = (it: DeliveryDetail["commands"][number]["attempt_log"][number]): Html =>
  html`<li class="row">
    ${pill(it.outcome === "ok" ? "ok" : "bad", String(it.status ?? "no answer"))}
    ${it.outcome === "ok" ? "" : html`<span>${it.outcome.replaceAll("_", " ")}</span>`}
    <span class="dim">${time(it.at, "clock")}, took ${durationWords(it.duration_ms)}</span>
  </li>`;

function picture({ call, body }: DeliveryDetail["commands"][number]): Html {
  if ("content_state" in body && body.content_state) {
    const buttons = [body.action, body.secondary_action].flatMap((button) =>
      button ? [button.title] : [],
    );
    return cards([activityCard(body.content_state, buttons)]);
  }
  if (call === "push" && "title" in body) return cards([pushCard(body)]);
  return html``;
}

function payload({ id, payload: text }: DeliveryDetail): Html {
  const tree = payloadTree("tree", text);
  const whole = html`<p>
    <a href="/deliveries/${id}/payload" download>Download the whole payload</a>
  </p>`;
  const raw = html`<pre id="payload" tabindex="0">
${text.slice(0, SHOWN_PAYLOAD)}${text.length > SHOWN_PAYLOAD ? "\n…" : ""}</pre>
    ${whole}`;
  if (tree === undefined) return raw;
  return html`<label class="visually-hidden" for="find">Search the payload</label
    ><input
      id="find"
      type="search"
      placeholder="Search the payload"
      data-tree-search="tree"
    />${tree}
    <details>
      <summary>Raw text</summary>
      ${raw}
    </details>`;
}

function curl({ delivery, endpoint }: DeliveryModel): string {
  const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
  const headers = Object.entries(delivery.headers)
    .filter(([name]) => !["content-length", "host", "connection"].includes(name))
    .map(([name, value]) => ` \\\n  -H ${quoted(`${name}: ${value}`)}`);
  const isShort = delivery.payload.length <= SHOWN_PAYLOAD;
  const body = isShort ? quoted(delivery.payload) : `@${delivery.id}.txt`;
  return `curl -X POST ${quoted(endpoint?.url ?? "https://…")}${headers.join("")} \\\n  --data-binary ${body}`;
}
