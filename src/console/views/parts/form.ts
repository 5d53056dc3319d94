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
}

/** A line of text; an issue belongs to it where its name stands in the issue's path. */
export function field({ name, label, hint = "", value, issues }: Field): Html {
  const issue = issues.find(({ path }) => path.split(".").includes(name));
  return html`<label
    >${label}<input
      name="${name}"
      value="${value}"
      ${issue ? html` aria-invalid="true" aria-describedby="${name}-error"` : ""}
    />${
      hint === "" ? "" : html`<small>${hint}</small>`
    }${issue ? html`<span class="error" id="${name}-error">${issue.message}</span>` : ""}</label
  >`;
}

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

/** Why the API refused what was sent. */
export const problemNote = (problem: { readonly message: string } | undefined): Html =>
  problem ? html`<p class="note bad" role="alert">${problem.message}</p>` : html``;
