/**
 * Endpoints: the list, and one with its settings, secrets, refused attempts, and the ways to pause
 * and delete it. Pure.
 */
import { html } from "hono/html";
import type { EndpointSummary, EndpointView } from "../../api/models/endpoint-models.ts";
import type { ProviderView } from "../../api/providers.ts";
import type { RefusedView } from "../../api/endpoints/refused.ts";
import type { Issue } from "../../api/routing/api-error.ts";
import { copyable, counted, dot, foreign, pill, time } from "./parts/html.ts";
import type { Html } from "./parts/html.ts";
import { field, problemNote, select } from "./parts/form.ts";
import { settingsFields } from "./parts/settings-fields.ts";
import type { Known } from "./parts/settings-fields.ts";
import { heading, liveMark } from "./parts/layout.ts";
import type { Page } from "./parts/layout.ts";

export interface EndpointsModel {
  readonly endpoints: readonly EndpointSummary[];
  readonly next: string | undefined;
  /** How many attempts each refused, by id, with the reason of the last. */
  readonly refused: ReadonlyMap<
    string,
    { readonly total: number; readonly why: string; readonly at: string }
  >;
}

export function endpointsPage({ endpoints, next, refused }: EndpointsModel): Page {
  return {
    title: "Endpoints",
    section: "endpoints",
    hears: ["delivery"],
    body: html`${heading("Endpoints", "One URL a provider and purpose, and when something last arrived there.", html`<a class="button primary" href="/connect">Connect a provider</a>`)}
      <section class="panel flush" aria-label="Endpoints">
        <ul class="list" data-list id="endpoints" data-region>
          ${endpoints.map((it) => row(it, refused.get(it.id)))}
        </ul>
        ${endpoints.length === 0 ? html`<div class="empty"><strong>No endpoint yet</strong><a class="button" href="/connect">Connect a provider</a></div>` : ""}
        ${next === undefined ? "" : html`<nav class="pages" aria-label="Pages of the list"><span></span><a rel="next" href="/endpoints?cursor=${next}">More →</a></nav>`}
      </section>`,
  };
}

function row(
  it: EndpointSummary,
  refused: { total: number; why: string; at: string } | undefined,
): Html {
  return html`<li id="${it.id}">
    <div class="line">
      ${it.enabled ? dot(it.last_delivery_at === null ? "wait" : "ok", "takes deliveries") : dot("off", "paused")}
      <a class="go what clip" href="/endpoints/${it.id}">${foreign(it.name)}</a>
      <span class="effects"
        >${it.enabled ? "" : pill("wait", "paused")}${refused ? html`<span title="${refused.why}">${pill("bad", `${refused.total} refused`)}</span>` : ""}
        ${it.last_delivery_at === null ? html`<a class="small" href="/connect/${it.provider}/${it.id}">nothing has arrived yet: its set-up</a>` : ""}</span
      >
      <span class="who clip">${it.provider}</span>
      <span class="when">${time(it.last_delivery_at, "since")}</span>
    </div>
  </li>`;
}

export interface EndpointModel {
  readonly endpoint: EndpointView;
  readonly provider: ProviderView | undefined;
  readonly refused: readonly RefusedView[];
  readonly problem: { readonly message: string; readonly issues: readonly Issue[] } | undefined;
  /** What was typed where it was refused, else what is stored. */
  readonly typed: Readonly<Record<string, string>>;
  /** Names that were heard of lately. */
  readonly known: Known;
  /** Titles of its cards that are on the screen. */
  readonly ends: readonly string[];
  /** A new secret, shown this once. */
  readonly secret: { readonly value: string; readonly url: string } | undefined;
  readonly mayAct: boolean;
}

export function endpointPage(model: EndpointModel): Page {
  const { endpoint, mayAct } = model;
  return {
    title: endpoint.name,
    section: "endpoints",
    hears: ["delivery"],
    body: html`${heading(foreign(endpoint.name), html`${endpoint.provider} · made ${time(endpoint.created_at, "full")}${endpoint.enabled ? "" : html` · ${pill("wait", "paused")}`}`, html`${liveMark}<a class="button" href="/deliveries?q=endpoint:${endpoint.id}">Its deliveries</a><a class="button" href="/connect/${endpoint.provider}/${endpoint.id}">Set-up steps</a>`)}
      ${model.secret ? newSecret(model.secret) : ""} ${problemNote(model.problem)}
      <div class="columns">
        ${settingsForm(model)}
        <div class="stack">
          <section class="panel">
            <h2>URL</h2>
            ${copyable("url", endpoint.url)}${
              endpoint.pin === null
                ? ""
                : html`<p>
                      Pinned to <code>${foreign(endpoint.pin)}</code>: no other sender is believed.
                    </p>
                    ${mayAct ? html`<form method="post" action="/endpoints/${endpoint.id}/unpin"><button>Take the next sender instead</button></form>` : ""}`
            }
          </section>
          ${secretsPanel(model)}
          <section class="panel flush">
            <header><h2>Refused attempts</h2></header>
            <ul class="list" id="refused" data-region>
              ${refusedList(model.refused)}
            </ul>
          </section>
          ${mayAct ? dangerPanel(model) : ""}
        </div>
      </div>`,
  };
}

const newSecret = ({ value, url }: { value: string; url: string }): Html =>
  html`<section class="note ok" role="status">
    <strong>The new secret, shown this once</strong>${copyable("new-secret", value)}<span
      >URL from now on</span
    >${copyable("new-url", url)}
  </section>`;

function settingsForm({ endpoint, typed, known, problem, mayAct }: EndpointModel): Html {
  const issues = problem?.issues ?? [];
  return html`<form
    class="panel"
    method="post"
    action="/endpoints/${endpoint.id}"
    autocomplete="off"
  >
    <h2>Settings</h2>
    <fieldset ${mayAct ? "" : html` disabled`}>
      ${field({ name: "name", label: "Name", value: typed["name"] ?? "", issues })}
      ${settingsFields({ typed, issues, known })}
      <div class="row">
        <button class="primary">Save</button
        ><a class="button" href="/try?endpoint=${endpoint.id}">Try it on what came</a>
      </div>
    </fieldset>
  </form>`;
}

function secretsPanel({ endpoint, provider, mayAct }: EndpointModel): Html {
  const isProviders = provider?.secret.made_by === "provider";
  return html`<section class="panel" id="secrets">
    <h2>Secrets</h2>
    <ul class="list">
      ${endpoint.secrets.map(secretRow)}
    </ul>
    ${
      mayAct && provider
        ? html`<form
            class="stack"
            method="post"
            action="/endpoints/${endpoint.id}/secret"
            autocomplete="off"
          >
            ${isProviders ? html`<label>New secret<input name="secret" type="password" required minlength="8" autocomplete="off" /><small>${provider.secret.where}</small></label>` : html`<p class="hint">A new one is made and shown once.</p>`}
            ${select({ name: "expires_in_seconds", label: "The old one verifies", value: "86400", options: { "86400": "for a day", "3600": "for an hour", "0": "no more" } })}
            <button>Rotate</button>
          </form>`
        : ""
    }
  </section>`;
}

const secretRow = ({
  id,
  created_at: at,
  expires_at: until,
}: EndpointView["secrets"][number]): Html =>
  html`<li class="row between">
    <span><code>${id.slice(0, 12)}…</code> <span class="dim small">made ${time(at)}</span></span
    >${until === null ? pill("ok", "verifies") : html`<span class="dim small">verifies until ${time(until, "full")}</span>`}
  </li>`;

const refusedList = (refused: readonly RefusedView[]): Html =>
  refused.length === 0
    ? html`<li class="pad dim" id="none-refused">Nothing was refused.</li>`
    : html`${alike(refused).map(
        ([it, count], index) =>
          html`<li id="refused-${index}-${it.at}">
            <div class="stack tight pad small">
              <span
                >${pill("bad", count === 1 ? String(it.status) : `${it.status} × ${count}`)}
                ${it.why}</span
              ><span class="dim"
                >${it.event === null ? "" : html`${foreign(it.event)} `}${it.sender === null ? "" : html`from ${foreign(it.sender)} `}${count === 1 ? "" : "last "}${time(it.at)}</span
              >
            </div>
          </li>`,
      )}`;

/** The newest of each kind with how many there are: a wrong secret is refused again and again. */
function alike(refused: readonly RefusedView[]): (readonly [RefusedView, number])[] {
  const kinds = Map.groupBy(refused, ({ status, why, event, sender }) =>
    JSON.stringify([status, why, event, sender]),
  );
  return [...kinds.values()].flatMap((of) => (of[0] ? [[of[0], of.length] as const] : []));
}

function dangerPanel({ endpoint, ends }: EndpointModel): Html {
  const { id, name, enabled } = endpoint;
  const onScreen =
    ends.length === 0
      ? "Nothing of it is on the screen now."
      : `It takes ${counted(ends.length, "card")} off the screen: ${ends.join(", ")}.`;
  return html`<section class="panel">
    <h2>Pause and delete</h2>
    <form
      class="stack tight"
      method="post"
      action="/endpoints/${id}/${enabled ? "pause" : "resume"}"
    >
      <button>${enabled ? "Pause" : "Resume"}</button>
      <p class="hint">
        ${enabled ? "Its URL answers 404; what is on the screen goes on until its silence ends it." : "Its URL takes deliveries again."}
      </p>
    </form>
    <form
      class="stack tight"
      method="post"
      action="/endpoints/${id}/delete"
      data-confirm="Delete “${name}”? ${onScreen} The provider’s deliveries are answered 404 from then on."
    >
      <button class="danger">Delete</button>
      <p class="hint">
        ${foreign(onScreen)} The provider’s deliveries are answered 404 from then on; the record of
        deliveries and runs stays.
      </p>
    </form>
  </section>`;
}
