/** A payload as a tree that opens branch by branch, bounded whatever was sent. Pure. */
import { html } from "hono/html";
import type { Html } from "./html.ts";

/** Beyond these the raw text is the better view. */
const MAX_NODES = 3_000;
const MAX_DEPTH = 40;
const MAX_TEXT = 500;
/** Branches that are open at first. */
const OPEN_DEPTH = 1;

/** Undefined where the text is no JSON. */
export function payloadTree(id: string, text: string): Html | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const budget = { left: MAX_NODES };
  const root = node("", json, 0, budget);
  return html`<ul class="tree" id="${id}">
      ${root}
    </ul>
    ${
      budget.left > 0
        ? ""
        : html`<p class="dim">
            The tree shows the first ${MAX_NODES} values; the download has all.
          </p>`
    }`;
}

function node(key: string, value: unknown, depth: number, budget: { left: number }): Html {
  if (--budget.left < 0) return html``;
  if (typeof value !== "object" || value === null || depth >= MAX_DEPTH) return leaf(key, value);
  const entries: [string, unknown][] = Object.entries(value);
  const shape = Array.isArray(value) ? `[${entries.length}]` : `{${entries.length}}`;
  const children = [];
  for (const [name, child] of entries) {
    if (budget.left <= 0) break;
    children.push(node(name, child, depth + 1, budget));
  }
  const label = html`<span class="key">${key}</span> <span class="dim">${shape}</span>`;
  return html`<li><details${depth < OPEN_DEPTH ? html` open` : ""}><summary data-leaf>${label}</summary><ul>${children}</ul></details></li>`;
}

function leaf(key: string, value: unknown): Html {
  const name = html`<span class="key">${key}</span>`;
  if (typeof value !== "string")
    return html`<li data-leaf>
      ${name}: <span class="lit">${JSON.stringify(value)?.slice(0, MAX_TEXT)}</span>
    </li>`;
  const cut =
    value.length > MAX_TEXT ? html`<span class="dim"> … ${value.length} characters</span>` : "";
  return html`<li data-leaf>
    ${name}: <span class="str">${JSON.stringify(value.slice(0, MAX_TEXT))}</span>${cut}
  </li>`;
}
