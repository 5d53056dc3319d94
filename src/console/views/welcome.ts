/**
 * Before the first endpoint: a phone, stories to play, providers to connect, the way to a real
 * iPhone. Pure.
 */
import { html } from "hono/html";
import type { ScreenView } from "../../api/screen.ts";
import { counted } from "./parts/html.ts";
import type { Html } from "./parts/html.ts";
import { heading, liveMark } from "./parts/layout.ts";
import type { Page } from "./parts/layout.ts";
import { phone } from "./parts/phone.ts";
import { phonePanel } from "./iphone.ts";
import type { IphoneModel } from "./iphone.ts";

export interface WelcomeModel {
  readonly screen: ScreenView;
  readonly stories: readonly { readonly name: string; readonly title: string }[];
  readonly providers: readonly {
    readonly name: string;
    readonly title: string;
    readonly events: readonly string[];
  }[];
  readonly mayAct: boolean;
  /** What is played goes to the built-in preview core, else to a real iPhone. */
  readonly isPreview: boolean;
  readonly hasDemo: boolean;
  /** Undefined where an API key is set. */
  readonly iphone: IphoneModel | undefined;
}

export function welcomePage(model: WelcomeModel): Page {
  return {
    title: "Welcome",
    section: "now",
    hears: ["delivery", "call"],
    body: html`${heading("Your deploys on your lock screen", "Play one to see it move. Then connect the provider that you deploy with.", liveMark)}
      <div class="with-phone">
        <div>${phone(model.screen)}</div>
        <div class="stack">
          ${model.mayAct ? playPanel(model) : ""}
          <section class="panel" aria-labelledby="connect-title">
            <h2 id="connect-title">Connect</h2>
            ${connectTiles(model.providers)}
          </section>
          ${phonePanel(model.iphone)}
        </div>
      </div>`,
  };
}

export function playPanel({
  stories,
  isPreview,
  hasDemo,
}: Pick<WelcomeModel, "stories" | "isPreview" | "hasDemo">): Html {
  return html`<section class="panel" aria-labelledby="play-title">
    <h2 id="play-title">Play a deployment</h2>
    <p class="dim">
      Recorded webhooks, freshly signed, sent to the real front door.
      ${isPreview ? "Nothing reaches a phone." : "It goes to your iPhone."}
    </p>
    <div class="row">
      ${stories.map(({ name, title }) => html`<form method="post" action="/play" data-play><input type="hidden" name="story" value="${name}" /><button>▶ ${title}</button></form>`)}
    </div>
    <p class="dim" role="status" data-play-status></p>
    ${hasDemo ? html`<form method="post" action="/play/clean"><button>Clean up what was played</button></form>` : ""}
  </section>`;
}

export const connectTiles = (providers: WelcomeModel["providers"]): Html =>
  html`<div class="tiles providers">
    ${providers.map(({ name, title, events }) => html`<a class="tile" href="/connect/${name}"><strong>${title}</strong><span class="dim small">Knows ${counted(events.length, "event")}</span></a>`)}
  </div>`;
