/**
 * Connecting a provider: the form, then its steps with this very URL, then a line that waits for
 * the first delivery. Pure.
 */
import { html } from "hono/html";
import type { EndpointCreated, EndpointView } from "../../api/models/endpoint-models.ts";
import type { ProviderView } from "../../api/providers.ts";
import type { Issue } from "../../api/routing/api-error.ts";
import { copyable, foreign, time } from "./parts/html.ts";
import type { Html } from "./parts/html.ts";
import { heading, liveMark } from "./parts/layout.ts";
import type { Page } from "./parts/layout.ts";
import { connectTiles } from "./welcome.ts";

export function connectPage(providers: readonly ProviderView[]): Page {
  return {
    title: "Connect",
    section: "endpoints",
    body: html`${heading("Connect a provider", "Whoever deploys for you sends a webhook here; this gateway puts it on your lock screen.")}${connectTiles(providers)}`,
  };
}

export interface ConnectModel {
  readonly provider: ProviderView;
  /** What was typed, where it was refused. */
  readonly typed: Readonly<Record<string, string>>;
  readonly problem: { readonly message: string; readonly issues: readonly Issue[] } | undefined;
  readonly publicUrl: string;
  readonly mayAct: boolean;
}

// oxlint-disable-next-line max-lines-per-function -- one page as one template
export function connectProviderPage(model: ConnectModel): Page {
  const { provider, typed, problem, mayAct } = model;
  const isProviders = provider.secret.made_by === "provider";
  const chosen = typed["preset"] ?? provider.presets[0]?.name;
  return {
    title: `Connect ${provider.title}`,
    section: "endpoints",
    body: html`${heading(`Connect ${provider.title}`, html`${provider.signs} <a href="${provider.docs}" target="_blank" rel="noreferrer noopener">Its documentation ↗</a>`)}
      ${publicUrlStrip(model.publicUrl)}
      ${problem ? html`<div class="note bad" role="alert"><strong>${problem.message}</strong></div>` : ""}
      <form class="panel" method="post" action="/connect/${provider.name}" autocomplete="off">
        <fieldset>
          <legend>What do you want to see?</legend>
          <div class="fields">
            ${provider.presets.map(
              (preset) =>
                html`<label class="check choice"
                  ><input
                    type="radio"
                    name="preset"
                    value="${preset.name}"
                    ${preset.name === chosen ? html` checked` : ""}
                  /><span>${preset.title}</span></label
                >`,
            )}
          </div>
        </fieldset>
        <label
          >Name<input
            name="name"
            value="${typed["name"] ?? provider.title}"
            maxlength="200"
            required
        /></label>
        ${choices(typed, problem !== undefined)}
        ${isProviders ? html`<p class="note">${provider.title} makes the secret and shows it after it has the URL. So the endpoint is made first; you paste the secret on the next page.</p>` : ""}
        <div class="row">
          <button class="primary" ${mayAct ? "" : html` disabled`}>Make the endpoint</button
          >${mayAct ? "" : html`<span class="dim">You may look, not change.</span>`}
        </div>
      </form>
      <section class="panel">
        <h2>Then, at ${provider.title}</h2>
        <ol class="steps">
          ${provider.setup.map((step) => html`<li>${stepWords(step, undefined, false)}</li>`)}
        </ol>
      </section>`,
  };
}

/** What nobody has to choose; open where something in it may have been refused. */
const choices = (typed: ConnectModel["typed"], isOpen: boolean): Html =>
  html`<details ${isOpen ? html`open` : ""}>
    <summary>Projects, channels, a key of its own</summary>
    <div class="fields">
      <label
        >Projects<input
          name="projects"
          value="${typed["projects"] ?? ""}"
          placeholder="all"
        /><small>Separated by commas; * stands for anything.</small></label
      >
      <label
        >Channels<input
          name="channels"
          value="${typed["channels"] ?? ""}"
          placeholder="everyone"
        /><small>Channel slugs of ActivitySmith, separated by commas.</small></label
      >
      <label
        >API key of its own<input
          name="api_key"
          type="password"
          placeholder="the gateway’s"
          autocomplete="off"
        /><small>Only where this endpoint is to reach other phones.</small></label
      >
    </div>
  </details>`;

/** A strip where providers cannot reach the address that they would be given. */
export function publicUrlStrip(publicUrl: string): Html {
  if (isPublic(publicUrl)) return html``;
  return html`<div class="note wait" role="note">
    <strong>Providers cannot reach ${publicUrl}.</strong>
    <p>
      Start the gateway with <code>--tunnel</code> where <code>cloudflared</code> is installed, or
      set <code>PUBLIC_URL</code> to the https address of any proxy in front of it; or deploy to
      Cloudflare Workers. You can go on meanwhile and play recorded webhooks.
    </p>
  </div>`;
}

/**
 * An https address that is not of this machine or of a private network, as far as its name tells.
 */
export function isPublic(publicUrl: string): boolean {
  if (!URL.canParse(publicUrl)) return false;
  const { protocol, hostname } = new URL(publicUrl);
  const isPrivate =
    /^(localhost|127\.|10\.|192\.168\.|169\.254\.|0\.0\.0\.0|172\.(1[6-9]|2\d|3[01])\.|\[)/.test(
      hostname,
    ) || /\.(local|localhost|internal|invalid|test)$/.test(hostname);
  return protocol === "https:" && !isPrivate;
}

export interface WaitingModel {
  readonly endpoint: EndpointView | EndpointCreated;
  readonly provider: ProviderView;
  readonly publicUrl: string;
  /** The newest delivery that was believed; `isOnly` where it is the first one. */
  readonly first:
    | {
        readonly id: string;
        readonly at: string;
        readonly summary: string;
        readonly isOnly: boolean;
      }
    | undefined;
  /** Names of other endpoints that tell of the same project. */
  readonly besides: readonly string[];
  /** The last attempt that was refused, in words. */
  readonly refused: string | undefined;
  readonly mayAct: boolean;
}

/** After the endpoint was made. The secret and a URL with a token are only there the first time. */
export function connectedPage(model: WaitingModel): Page {
  const { endpoint, provider } = model;
  const secret = "secret" in endpoint ? endpoint.secret : null;
  const isProviders = provider.secret.made_by === "provider";
  const shownSecret = secret !== null && !isProviders;
  return {
    title: `Connect ${provider.title}`,
    section: "endpoints",
    hears: ["delivery"],
    body: html`${heading(html`Connect ${foreign(endpoint.name)}`, "", liveMark)}
      ${publicUrlStrip(model.publicUrl)}
      <div
        id="first"
        data-region
        data-awaits
        ${"secret" in endpoint ? html`data-address="/connect/${provider.name}/${endpoint.id}"` : ""}
      >
        ${firstLine(model)}
      </div>
      <div class="columns">
        <section class="panel">
          <h2>At ${provider.title}</h2>
          <ol class="steps">
            ${provider.setup.map((step) => html`<li>${stepWords(step, endpoint.url, shownSecret)}</li>`)}
          </ol>
        </section>
        <section class="panel">
          <h2>URL</h2>
          ${copyable("url", endpoint.url)}
          ${endpoint.url.endsWith("…") ? html`<p class="hint">The token in it was shown once. <a href="/endpoints/${endpoint.id}#secrets">Rotate the secret</a> for a new one.</p>` : ""}
          ${
            shownSecret
              ? html`<h2>Secret</h2>
                  ${copyable("secret", secret)}
                  <p class="hint">Shown this once. ${provider.secret.where}</p>`
              : ""
          }
          ${isProviders && model.mayAct ? secretPart(model) : ""}
        </section>
      </div>
      <p class="row">
        <a class="button" href="/endpoints/${endpoint.id}">Settings of this endpoint</a
        ><a class="button" href="/deliveries">Deliveries</a>
      </p>`,
  };
}

/** @param url undefined before there is one */
function stepWords(step: string, url: string | undefined, showsSecret: boolean): Html {
  const parts = step.split(/(\{url\}|\{secret\})/);
  return html`${parts.map((part) => {
    if (part === "{url}")
      return url === undefined ? html`<strong>its URL</strong>` : html`<code>${url}</code>`;
    if (part === "{secret}")
      return showsSecret
        ? html`<strong>the secret beside</strong>`
        : html`<strong>the endpoint’s secret</strong>`;
    return part;
  })}`;
}

/** Once a delivery was believed the secret is the right one. */
const secretPart = (model: WaitingModel): Html =>
  model.first === undefined
    ? isSecretStored(model.endpoint)
      ? html`<p class="note ok" role="status">
            ✓ Its secret is stored: what ${model.provider.title} sends is verified with it.
          </p>
          ${otherSecret(model)}`
      : html`<h2>Paste the secret</h2>
          ${secretForm(model)}`
    : otherSecret(model);

const otherSecret = (model: WaitingModel): Html =>
  html`<details>
    <summary class="quiet">Store another secret</summary>
    ${secretForm(model)}
  </details>`;

/** Nobody pastes a secret so soon after the endpoint was made, in ms. */
const AT_ONCE_MS = 60_000;

/** The first one was made up with the endpoint, as the provider shows its own only later. */
function isSecretStored(endpoint: WaitingModel["endpoint"]): boolean {
  if (!("secrets" in endpoint)) return false;
  const madeAt = Date.parse(endpoint.created_at) + AT_ONCE_MS;
  const { secrets } = endpoint;
  return secrets.length > 1 || secrets.some((it) => Date.parse(it.created_at) > madeAt);
}

const secretForm = ({ endpoint, provider }: WaitingModel): Html =>
  html`<form
    class="stack"
    method="post"
    action="/endpoints/${endpoint.id}/secret"
    autocomplete="off"
  >
    <p class="hint">${provider.secret.where}</p>
    <input type="hidden" name="from" value="connect" /><input
      type="hidden"
      name="expires_in_seconds"
      value="0"
    />
    <label
      ><span class="visually-hidden">Secret of ${provider.title}</span
      ><input name="secret" type="password" required minlength="8" autocomplete="off" /></label
    ><button class="primary">Store it</button>
  </form>`;

function firstLine({ first, besides, refused, provider }: WaitingModel): Html {
  if (first)
    return html`<p class="note ok" role="status">
      <strong
        >✓ ${first.isOnly ? "The first delivery is here" : "Deliveries arrive; the newest"}:</strong
      >
      <span>${time(first.at)} <a href="/deliveries/${first.id}">${foreign(first.summary)}</a></span>
      <span class="small"
        >Next: <a href="/">see it on the lock screen</a>, or
        <a href="/try?delivery=${first.id}">choose what rings</a>.</span
      >
      ${besides.length === 0 ? "" : html`<span class="small">You follow this project through ${foreign(besides.join(", "))} already. A deployment that both tell of has one card.</span>`}
    </p>`;
  if (refused !== undefined)
    return html`<p class="note bad" role="status">
      <strong>Something arrived and was refused: ${refused}</strong
      ><span>${provider.secret.where}</span>
    </p>`;
  return html`<p class="note" role="status">
    Waiting for the first delivery… It shows up here by itself.
  </p>`;
}
