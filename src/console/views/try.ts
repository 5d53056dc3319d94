/**
 * Trying: a payload and an endpoint's settings at the left, the cards and pushes they would make at
 * the right. Pure.
 */
import { html } from "hono/html";
import type { DryRunAnswer } from "../../api/dry-run.ts";
import type { ProviderView } from "../../api/providers.ts";
import type { Issue } from "../../api/routing/api-error.ts";
import type { Fields } from "../forms.ts";
import { counted, foreign, pill } from "./parts/html.ts";
import type { Html } from "./parts/html.ts";
import { field, problemNote, select } from "./parts/form.ts";
import { heading } from "./parts/layout.ts";
import type { Page } from "./parts/layout.ts";
import { activityCard, pushCard } from "./parts/phone.ts";
import { signalWords } from "./delivery.ts";

export interface TryModel {
  readonly fields: Fields;
  readonly providers: readonly ProviderView[];
  readonly result: DryRunAnswer | undefined;
  readonly problem:
    | { readonly message: string; readonly issues?: readonly Issue[] | undefined }
    | undefined;
  readonly mayAct: boolean;
}

export function tryPage(model: TryModel): Page {
  const { fields, mayAct, problem } = model;
  const issues = problem?.issues ?? [];
  const text = (name: string, label: string, hint = "") =>
    field({ name, label, hint, value: fields[name] ?? "", issues });
  const endpoint = fields["endpoint"] ?? "";
  return {
    title: "Try",
    section: "try",
    body: html`${heading("Try", "What a payload would put on the lock screen. Nothing is stored or sent.", html`<a class="button" href="/deliveries">Take one of the deliveries</a>`)}
      <div class="columns">
        <form class="panel" method="post" action="/try" data-try autocomplete="off">
          <input type="hidden" name="endpoint" value="${endpoint}" />
          ${select({ name: "provider", label: "Provider", value: fields["provider"] ?? "", options: Object.fromEntries(model.providers.map(({ name, title }) => [name, title])) })}
          <label
            >Headers<textarea
              name="headers"
              rows="3"
              spellcheck="false"
              placeholder="x-github-event: deployment_status"
            >
${fields["headers"] ?? ""}</textarea
            ><small>One a line; only those that name the event matter.</small></label
          >
          <label
            >Payload<textarea name="payload" rows="12" spellcheck="false" data-search>
${fields["payload"] ?? ""}</textarea>
          </label>
          ${select({ name: "deliver", label: "What it becomes", value: fields["deliver"] ?? "auto", options: { auto: "Live Activities for runs, pushes for the rest", live_activity: "Live Activities only", push: "Pushes only" } })}
          ${select({ name: "notify", label: "What rings", value: fields["notify"] ?? "failures", options: { failures: "Failures, recoveries and approvals", outcomes: "Also successes", all: "Everything", none: "Nothing" } })}
          <fieldset>
            <legend>Only these</legend>
            <div class="fields">
              ${text("projects", "Projects", "* stands for anything.")}${text("environments", "Environments")}${text("branches", "Branches")}${text("events", "Events")}
            </div>
          </fieldset>
          <fieldset>
            <legend>Texts of your own</legend>
            <div class="fields">
              ${text("title", "Title", "{{project}} {{environment}} {{status}}")}${text("subtitle", "Subtitle", "{{branch}} {{commit}} {{author}}")}${text("message", "Message", "{{message}} {{error}}")}${text("redirection", "Link of a tap", "{{url}} {{log_url}}")}
            </div>
          </fieldset>
          <div class="row">
            <button class="primary">Try</button
            >${endpoint !== "" && mayAct ? html`<button formaction="/try/save">Save to the endpoint</button>` : ""}
          </div>
        </form>
        ${result(model)}
      </div>`,
  };
}

function result({ result: answer, problem }: TryModel): Html {
  return html`<section class="panel" id="tried" aria-live="polite">
    <h2>What would happen</h2>
    ${problemNote(problem)}${answered(answer, problem !== undefined)}
  </section>`;
}

function answered(answer: DryRunAnswer | undefined, isRefused: boolean): Html {
  if (answer === undefined)
    return isRefused
      ? html``
      : html`<p class="dim">
          Paste a payload, or take one of the deliveries: its page has “Try with…”.
        </p>`;
  if (answer.kind !== "ok") {
    const words = {
      unreadable: "It cannot be read",
      ignored: "It is left alone",
      unknown: "Nobody knows this event",
      invalid: "It is not as expected",
    };
    return html`<p class="note wait">${words[answer.kind]}: ${foreign(answer.detail)}</p>`;
  }
  return html`<p>
      ${pill("ok", answer.event)} ${counted(answer.signals.length, "signal")},
      ${counted(answer.commands.length, "call")}
    </p>
    <ul class="list">
      ${answer.signals.map((it) => html`<li>${signalWords(it)}</li>`)}
    </ul>
    ${answer.commands.length === 0 ? html`<p class="note wait">Nothing would be sent: the settings let nothing of it through.</p>` : ""}
    ${answer.commands.map(
      ({ call, body }) =>
        html`<h3>${call.replace("_", " ")}</h3>
          ${picture(call, body)}
          <details>
            <summary>What would be sent</summary>
            <pre tabindex="0">${JSON.stringify(body, null, 2)}</pre>
          </details>`,
    )}`;
}

type Commands = Extract<DryRunAnswer, { kind: "ok" }>["commands"];

function picture(call: Commands[number]["call"], body: Commands[number]["body"]): Html {
  if ("content_state" in body && body.content_state) {
    const buttons = [body.action, body.secondary_action].flatMap((it) => (it ? [it.title] : []));
    return html`<div data-frame>${activityCard(body.content_state, buttons)}</div>`;
  }
  if (call === "push" && "title" in body) return html`<div data-frame>${pushCard(body)}</div>`;
  return html``;
}
