/** The admin API as a page to read, made of the same table as its OpenAPI document. Pure. */
import { html } from "hono/html";
import type { RouteDescription } from "../../api/routing/route.ts";
import { pill } from "./parts/html.ts";
import type { Html } from "./parts/html.ts";
import { heading } from "./parts/layout.ts";
import type { Page } from "./parts/layout.ts";

type Document = Readonly<Record<string, unknown>>;

export function docsPage(document: Document, routes: readonly RouteDescription[]): Page {
  const byTag = [...Map.groupBy(routes, ({ tag }) => tag)];
  return {
    title: "API",
    section: "settings",
    body: html`${heading("Admin API", html`<code>Authorization: Bearer ADMIN_TOKEN</code>, JSON in and out. The same as a document for machines: <a href="/openapi.json">/openapi.json</a>.`)}
      <nav class="row" aria-label="Sections">
        ${byTag.map(([tag]) => html`<a class="pill" href="#${anchor(tag)}">${tag}</a>`)}
      </nav>
      ${byTag.map(
        ([tag, ofTag]) =>
          html`<section class="stack" id="${anchor(tag)}">
            <h2>${tag}</h2>
            <div class="panel flush">${ofTag.map((route) => operation(document, route))}</div>
          </section>`,
      )}`,
  };
}

const anchor = (tag: string): string => tag.toLowerCase().replaceAll(" ", "-");

const TONES = { get: "ok", post: "busy", patch: "wait", delete: "bad" } as const;

function operation(document: Document, route: RouteDescription): Html {
  const described = at(document, ["paths", route.path, route.method]);
  const parameters = list(at(described, ["parameters"]));
  const body = at(described, ["requestBody", "content", "application/json", "schema"]);
  const { status } = route.success;
  const answer = at(described, [
    "responses",
    String(status),
    "content",
    "application/json",
    "schema",
  ]);
  return html`<details class="operation" id="${route.operation}">
    <summary>
      ${pill(TONES[route.method], route.method.toUpperCase())} <code>${route.path}</code>
      <span class="dim">${withCode(route.summary)}</span>
    </summary>
    ${
      parameters.length === 0
        ? ""
        : html`<h3>Parameters</h3>
            <dl class="facts">${parameters.map(parameter)}</dl>`
    }
    ${
      body === undefined
        ? ""
        : html`<h3>Body</h3>
            ${schema(document, body)}`
    }
    <h3>${status}</h3>
    <p>${route.success.description}</p>
    ${answer === undefined ? "" : schema(document, answer)}
  </details>`;
}

/** What stands between backticks as code. */
const withCode = (words: string): Html[] =>
  words.split("`").map((part, at) => (at % 2 === 1 ? html`<code>${part}</code>` : html`${part}`));

function parameter(it: unknown): Html {
  const kind = text(at(it, ["schema", "type"])) ?? "";
  const description = text(at(it, ["schema", "description"])) ?? "";
  return html`<dt><code>${text(at(it, ["name"]))}</code></dt>
    <dd>${text(at(it, ["in"]))}${kind === "" ? "" : `, ${kind}`}. ${description}</dd>`;
}

/** The fields of an object with their kinds; what a reference names is looked up. */
function schema(document: Document, given: unknown): Html {
  const shape = resolved(document, given);
  const properties = at(shape, ["properties"]);
  if (typeof properties !== "object" || properties === null)
    return html`<p class="dim">${kindOf(shape)}</p>`;
  const required = list(at(shape, ["required"]));
  return html`<dl class="facts">
    ${Object.entries(properties).map(
      ([name, field]) =>
        html`<dt>
            <code>${name}</code
            >${required.includes(name) ? "" : html` <span class="dim">optional</span>`}
          </dt>
          <dd>${kindOf(field)} ${text(at(resolved(document, field), ["description"])) ?? ""}</dd>`,
    )}
  </dl>`;
}

function resolved(document: Document, given: unknown): unknown {
  const reference = text(at(given, ["$ref"]));
  return reference === undefined ? given : at(document, reference.replace(/^#\//, "").split("/"));
}

/** "string", "one of a, b", "list of Delivery", the name of a reference. */
function kindOf(shape: unknown): string {
  const reference = text(at(shape, ["$ref"]));
  if (reference !== undefined) return reference.split("/").at(-1) ?? "";
  const choices = list(at(shape, ["enum"]));
  if (choices.length > 0) return `one of ${choices.map(String).join(", ")}`;
  if (at(shape, ["items"]) !== undefined) return `list of ${kindOf(at(shape, ["items"]))}`;
  const union = list(at(shape, ["anyOf"])).concat(list(at(shape, ["oneOf"])));
  if (union.length > 0) return union.map(kindOf).join(" or ");
  return text(at(shape, ["type"])) ?? "any";
}

/** What stands at a path of the document; undefined where nothing does. */
function at(value: unknown, path: readonly string[]): unknown {
  let here = value;
  for (const name of path) {
    if (typeof here !== "object" || here === null || !Object.hasOwn(here, name)) return undefined;
    here = Reflect.get(here, name);
  }
  return here;
}

const text = (value: unknown): string | undefined =>
  typeof value === "string" ? value : undefined;
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
