/** Fields of forms, each with the API's own words where it refused one. Pure. */
import { html } from "hono/html";
import type { Issue } from "../../../api/routing/api-error.ts";
import type { Html } from "./html.ts";

export interface Field {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly value: string;
  readonly issues: readonly Issue[];
  /** Words that may stand in it, offered under it. */
  readonly offers?: readonly string[];
}

/** As many as a person looks through. */
const MAX_OFFERS = 12;

/** A line of text. */
export function field({ name, label, hint = "", value, issues, offers = [] }: Field): Html {
  const issue = issues.find(({ path }) => isOf(path, name));
  return html`<div class="stack tight">
    <label
      >${label}<input
        id="f-${name}"
        name="${name}"
        value="${value}"
        spellcheck="false"
        ${offers.length > 0 ? html` data-offers` : ""}
        ${issue ? html` aria-invalid="true" aria-describedby="${name}-error"` : ""}
      />${
        hint === "" ? "" : html`<small>${hint}</small>`
      }${issue ? html`<span class="error" id="${name}-error">${issue.message}</span>` : ""}</label
    >${
      offers.length === 0
        ? ""
        : html`<div class="offers" role="group" aria-label="Words for ${label}">
            ${offers.slice(0, MAX_OFFERS).map((word) => html`<button type="button" data-word="${word}" data-into="f-${name}">${word}</button>`)}
          </div>`
    }
  </div>`;
}

/** Paths go through what holds a field: `body.filters.projects.0` is of `projects`. */
const isOf = (path: string, name: string): boolean =>
  name.includes(".")
    ? path === `body.${name}` || path.startsWith(`body.${name}.`)
    : !path.startsWith("body.rules") && path.split(".").includes(name);

export interface Select {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  /** Words by value. */
  readonly options: Readonly<Record<string, string>>;
}

export const select = ({ name, label, value, options }: Select): Html =>
  html`<label
    >${label}<select name="${name}">
      ${Object.entries(options).map(
        ([option, words]) =>
          html`<option value="${option}" ${option === value ? html` selected` : ""}>
            ${words}
          </option>`,
      )}
    </select></label
  >`;

/** Why the API refused what was sent, with what no field can show. */
export const problemNote = (problem: { readonly message: string } | undefined): Html =>
  problem ? html`<p class="note bad" role="alert">${problem.message}</p>` : html``;
