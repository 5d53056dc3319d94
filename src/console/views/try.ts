/**
 * Trying: a payload and an endpoint's settings at the left, the cards and pushes they would make at
 * the right, now and at the other moments of the run. Pure.
 */
import { html } from "hono/html";
import type { DryRunAnswer, PassesAnswer } from "../../api/dry-run.ts";
import type { ProviderView } from "../../api/providers.ts";
import type { Issue } from "../../api/routing/api-error.ts";
import type { Fields } from "../forms/forms.ts";
import { counted, foreign, pill } from "./parts/html.ts";
import type { Html } from "./parts/html.ts";
import { problemNote, select } from "./parts/form.ts";
import { heading } from "./parts/layout.ts";
import type { Page } from "./parts/layout.ts";
import { activityCard, cards, pushCard } from "./parts/phone.ts";
import { settingsFields } from "./parts/settings-fields.ts";
import type { Known } from "./parts/settings-fields.ts";
import { becauseOf } from "./deliveries/because.ts";
import { signalWords } from "./deliveries/delivery.ts";

export interface TryModel {
  readonly fields: Fields;
  readonly providers: readonly ProviderView[];
  readonly known: Known;
  readonly result: DryRunAnswer | undefined;
  /**
   * How the endpoint's last deliveries would fare; undefined where it is no endpoint's form.
   * `uncounted`: the page is there at once and its script asks for them.
   */
  readonly passes: PassesAnswer | "uncounted" | undefined;
  readonly problem:
    | { readonly message: string; readonly issues?: readonly Issue[] | undefined }
    | undefined;
  readonly mayAct: boolean;
}

export function tryPage(model: TryModel): Page {
  const { fields, mayAct, problem, known } = model;
  const issues = problem?.issues ?? [];
  const endpoint = fields["endpoint"] ?? "";
  return {
    title: "Try",
    section: "try",
    body: html`${heading("Try", "What a payload would put on the lock screen with these settings. Nothing is stored or sent.", html`<a class="button" href="/deliveries">Take one of the deliveries</a>`)}
      <div class="columns">
        <form
          class="stack"
          method="post"
          action="/try"
          data-try="${model.passes === "uncounted" ? "ask" : ""}"
          autocomplete="off"
        >
          <input type="hidden" name="endpoint" value="${endpoint}" />
          <section class="panel">
            <h2>What comes in</h2>
            ${payloadFields(model)}
          </section>
          <section class="panel">
            <h2>What is made of it</h2>
            ${settingsFields({ typed: fields, issues, known })}
            <div class="row">
              <button class="primary">Try</button
              >${endpoint !== "" && mayAct ? html`<button formaction="/try/save">Save to the endpoint</button>` : ""}
            </div>
          </section>
        </form>
        <div class="stack beside">${passesPanel(model)} ${result(model)}</div>
      </div>`,
  };
}

function payloadFields({ fields, providers }: TryModel): Html {
  const options = Object.fromEntries(providers.map(({ name, title }) => [name, title]));
  return html`${select({ name: "provider", label: "Provider", value: fields["provider"] ?? "", options })}
    <label
      >Payload<textarea name="payload" rows="9" spellcheck="false" data-search>
${fields["payload"] ?? ""}</textarea>
    </label>
    <details ${fields["headers"] === undefined ? "" : html` open`}>
      <summary class="quiet">Headers that name the event</summary>
      <label
        ><span class="visually-hidden">Headers</span
        ><textarea
          name="headers"
          rows="3"
          spellcheck="false"
          placeholder="x-github-event: deployment_status"
        >
${fields["headers"] ?? ""}</textarea
        ><small>One a line.</small></label
      >
    </details>`;
}

function passesPanel({ passes, fields }: TryModel): Html {
  if ((fields["endpoint"] ?? "") === "") return html``;
  return html`<section class="panel" id="passes" data-tried aria-live="polite">
    ${passes === "uncounted" ? html`<p class="dim">“Try” counts how many of its last deliveries would pass.</p>` : passes === undefined ? "" : passesWords(passes)}
  </section>`;
}

function passesWords({
  looked_at: lookedAt,
  passed,
  pushed,
  left_out: leftOut,
}: PassesAnswer): Html {
  if (lookedAt === 0)
    return html`<p class="dim">
      The endpoint has heard of nothing yet that these could be held against.
    </p>`;
  return html`<p>
      Of the last ${counted(lookedAt, "delivery", "deliveries")}
      <strong>${passed} would pass</strong>, ${pushed} of them with a push.
    </p>
    <meter min="0" max="${lookedAt}" value="${passed}" aria-hidden="true"></meter>
    ${leftOut.length === 0 ? "" : html`<p class="dim small">Left out by ${leftOut.map(({ because, count }) => `${because} (${count})`).join(", ")}.</p>`}`;
}

function result({ result: answer, problem }: TryModel): Html {
  return html`<section class="panel" id="tried" data-tried aria-live="polite">
    <h2>What would happen</h2>
    ${problemNote(problem)}${answered(answer, problem !== undefined)}
  </section>`;
}

const UNREAD = {
  unreadable: "It cannot be read",
  ignored: "It is left alone",
  unknown: "Nobody knows this event",
  invalid: "It is not as expected",
};

function answered(answer: DryRunAnswer | undefined, isRefused: boolean): Html {
  if (answer === undefined)
    return isRefused
      ? html``
      : html`<p class="dim">
          Paste a payload, or take one of the deliveries: its page has “Try with…”.
        </p>`;
  if (answer.kind !== "ok")
    return html`<p class="note wait">${UNREAD[answer.kind]}: ${foreign(answer.detail)}</p>`;
  const { event, signals, commands, because, moments = [] } = answer;
  return html`<p>${pill("ok", event)} ${signals.map(signalWords)}</p>
    <div class="stack tight">
      <h3>Now</h3>
      ${pictures(commands)}
      ${because.flatMap((it) => becauseOf(it) ?? []).map((words) => html`<p class="dim small">${foreign(words)}</p>`)}
      <details>
        <summary class="quiet">What would be sent</summary>
        <pre tabindex="0">${JSON.stringify(commands, null, 2)}</pre>
      </details>
    </div>
    ${
      moments.length === 0
        ? ""
        : html`<div class="moments">
            ${moments.map(
              (it) =>
                html`<div>
                  <h3>${MOMENT_WORDS[it.moment]}</h3>
                  ${pictures(it.commands)}
                </div>`,
            )}
          </div>`
    }`;
}

const MOMENT_WORDS = {
  running: "While it runs",
  waiting: "Where it waits for a person",
  failed: "Where it fails",
  succeeded: "Where it succeeds",
};

type Commands = Extract<DryRunAnswer, { kind: "ok" }>["commands"];

function pictures(commands: Commands): Html {
  const drawn = commands.flatMap(({ call, body }): Html[] => {
    if (call === "stream_end") return [];
    if ("content_state" in body && body.content_state) {
      const buttons = [body.action, body.secondary_action].flatMap((it) => (it ? [it.title] : []));
      return [activityCard(body.content_state, buttons)];
    }
    return call === "push" && "title" in body ? [pushCard(body)] : [];
  });
  return drawn.length === 0
    ? html`<p class="note">Nothing would be shown or sent.</p>`
    : cards(drawn);
}
