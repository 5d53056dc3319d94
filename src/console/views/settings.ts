/**
 * Settings and health: how it stands, what it runs with, and a report that can be copied without
 * secrets. Pure.
 */
import { html } from "hono/html";
import type { ScreenView } from "../../api/screen.ts";
import type { GatewayFacts } from "../deps.ts";
import type { HealthItem } from "./home.ts";
import { healthItem, limits } from "./home.ts";
import { copyable } from "./parts/html.ts";
import type { Html } from "./parts/html.ts";
import { phonePanel } from "./iphone.ts";
import type { IphoneModel } from "./iphone.ts";
import { VERSION } from "../../version.ts";
import { heading } from "./parts/layout.ts";
import type { Page } from "./parts/layout.ts";

export interface SettingsModel {
  readonly health: readonly HealthItem[];
  readonly accounts: ScreenView["accounts"];
  readonly facts: GatewayFacts;
  readonly publicUrl: string;
  readonly providers: readonly string[];
  /** Ids of the encryption keys, the one that seals first. */
  readonly keys: readonly string[];
  /** No other program can open the database: the gateway itself hands out the backup. */
  readonly isBackedUpByHttp: boolean;
  /** Undefined where an API key is set. */
  readonly iphone: IphoneModel | undefined;
}

// oxlint-disable-next-line max-lines-per-function -- one page as one template
export function settingsPage(model: SettingsModel): Page {
  const { facts, health: items, publicUrl, keys } = model;
  const settings = {
    Version: VERSION,
    "Public URL": publicUrl,
    Providers: model.providers.join(", "),
    ...facts.settings,
    "Encryption keys": keys.map((id, at) => (at === 0 ? `${id} seals` : `${id} opens`)).join(", "),
  };
  return {
    title: "Settings",
    section: "settings",
    body: html`${heading("Settings and health", "Settings are made by environment variables or .env; the gateway reads them at its start.")}
      <div class="columns">
        <div class="stack">
          <section class="panel">
            <h2>How it stands</h2>
            <ul class="list">
              ${items.map(healthItem)}
            </ul>
          </section>
          <section class="panel">
            <h2>Settings</h2>
            <dl class="facts">
              ${Object.entries(settings).map(
                ([name, value]) =>
                  html`<dt>${name}</dt>
                    <dd>${value}</dd>`,
              )}
            </dl>
          </section>
          ${backupPanel(model)}
        </div>
        <div class="stack">
          <section class="panel">
            <h2>Budgets and places</h2>
            ${limits(model)}
          </section>
          ${model.iphone === undefined ? "" : phonePanel(model.iphone)}
          <section class="panel">
            <header>
              <h2>A report for an issue</h2>
              <button type="button" data-copy="report">Copy</button>
            </header>
            <pre id="report" tabindex="0">${report(items, settings, publicUrl)}</pre>
            <p class="hint">No secret, no key and no payload is in it.</p>
          </section>
          <section class="panel">
            <h2>For machines</h2>
            <ul class="list">
              <li><a href="/docs">The admin API</a></li>
              <li><a href="/metrics">Metrics for Prometheus</a></li>
              <li><a href="/readyz">Readiness</a></li>
            </ul>
          </section>
        </div>
      </div>`,
  };
}

function backupPanel({ isBackedUpByHttp, publicUrl }: SettingsModel): Html {
  const from = isBackedUpByHttp ? ` --gateway ${publicUrl} --token "$ADMIN_TOKEN"` : "";
  return html`<section class="panel">
    <h2>Backup</h2>
    ${copyable("backup", `npm run cli -- backup gateway.backup.gz${from}`)}
    <p class="hint">
      All of it as of one moment, while the gateway runs; secrets stay encrypted in it. Keep the
      encryption key apart: without it they cannot be opened.
    </p>
  </section>`;
}

/** The address of a gateway is nobody's business but its operator's. */
function report(
  items: readonly HealthItem[],
  settings: Readonly<Record<string, string>>,
  publicUrl: string,
): string {
  const lines = [
    "ActivitySmith webhook gateway",
    ...items.map(({ tone, words }) => `[${tone}] ${words.replaceAll(publicUrl, "its address")}`),
    ...Object.entries(settings)
      .filter(([name]) => name !== "Public URL")
      .map(([name, value]) => `${name}: ${value}`),
  ];
  return lines.join("\n");
}
