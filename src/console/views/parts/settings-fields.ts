/** What an endpoint does with what it hears, as fields: of its own form and of Try's. Pure. */
import { html } from "hono/html";
import type { Issue } from "../../../api/routing/api-error.ts";
import { TEMPLATE_WORDS } from "../../../model/template-words.ts";
import type { Fields } from "../../forms/forms.ts";
import { field, select } from "./form.ts";
import type { Html } from "./html.ts";
import { DELIVER_WORDS, NOTIFY_WORDS, rulesFields } from "./rules.ts";

/** Names that were heard of lately, for filters. */
export type Known = Readonly<
  Record<"projects" | "environments" | "branches" | "events", readonly string[]>
>;

export const NOTHING_KNOWN: Known = { projects: [], environments: [], branches: [], events: [] };

export interface SettingsFields {
  readonly typed: Fields;
  readonly issues: readonly Issue[];
  readonly known: Known;
}

const TEXTS = [
  ["title", "Title"],
  ["subtitle", "Subtitle"],
  ["message", "Message"],
  ["redirection", "Link of a tap"],
] as const;
const FILTERS = [
  ["projects", "Projects"],
  ["environments", "Environments"],
  ["branches", "Branches"],
  ["events", "Events"],
] as const;
const WORDS = TEMPLATE_WORDS.map((word) => `{{${word}}}`);

export function settingsFields({ typed, issues, known }: SettingsFields): Html {
  const text = (name: string, label: string, hint = "", offers: readonly string[] = []) =>
    field({ name, label, hint, value: typed[name] ?? "", issues, offers });
  return html`${select({ name: "deliver", label: "What it becomes", value: typed["deliver"] ?? "auto", options: DELIVER_WORDS })}
    ${select({ name: "notify", label: "What rings", value: typed["notify"] ?? "failures", options: NOTIFY_WORDS })}
    <div class="fields">
      ${text("channels", "Channels", "Slugs, separated by commas; empty: everyone the key reaches.")}
      ${text("me", "Me", "Your logins and names: what is yours rings, the rest lies in the list. Empty: all rings.")}
    </div>
    <fieldset>
      <legend>Only these</legend>
      <p class="hint">Separated by commas; * stands for anything. Empty: all.</p>
      <div class="fields">
        ${FILTERS.map(([name, label]) => text(name, label, "", known[name]))}
      </div>
    </fieldset>
    <details
      class="rule"
      ${TEXTS.some(([name]) => (typed[name] ?? "") !== "") || hasIssue(issues) ? html` open` : ""}
    >
      <summary>Texts of your own</summary>
      <div>${TEXTS.map(([name, label]) => text(name, label, "", WORDS))}</div>
    </details>
    ${rulesFields({ typed, issues })}`;
}

const hasIssue = (issues: readonly Issue[]): boolean =>
  issues.some(({ path }) => path.startsWith("body.mapping"));
