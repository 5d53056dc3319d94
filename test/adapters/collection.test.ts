/**
 * The collection is whole: files, registry, fixtures and README speak of the same adapters, and
 * each keeps to the contract.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { adapters } from "../../adapters/index.ts";
import * as registry from "../../adapters/index.ts";
import type { Adapter } from "../../src/adapter/contract.ts";
import { bodyFormat, identify, lazyPayload } from "../../src/adapter/payload.ts";
import {
  deliveriesOf,
  filesOf,
  FIXTURES,
  httpFixtures,
  lifecyclesOf,
  recordedProviders,
} from "../support/fixtures.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const ADAPTERS = join(ROOT, "adapters");
const KEBAB_CASE = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const SIGNATURE_HEADER = /signature|authorization|secret|token/i;

const names = adapters.map(({ name }) => name);

/** Members of `adapters/`: a file or a folder each; names with a leading underscore are none. */
function memberFiles(): string[] {
  return readdirSync(ADAPTERS)
    .filter((file) => !["index.ts", "README.md"].includes(file) && !file.startsWith("_"))
    .toSorted();
}

function sourcesIn(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => join(entry.parentPath, entry.name));
}

/**
 * What a source file imports or re-exports, relative paths resolved against the repository's root.
 */
function importsOf(file: string): string[] {
  const source = readFileSync(file, "utf8");
  const specifiers = Array.from(
    source.matchAll(/\b(?:from|import)\s*\(?\s*["']([^"']+)["']/g),
    ([, it]) => it ?? "",
  );
  return specifiers.map((it) =>
    it.startsWith(".") ? relative(ROOT, resolve(dirname(file), it)) : it,
  );
}

describe("the registry", () => {
  test("has exactly the members of adapters/, each a file or a folder with an index", () => {
    expect(memberFiles().map((file) => file.replace(/\.ts$/, ""))).toEqual(names);
    for (const file of memberFiles().filter((it) => !it.endsWith(".ts")))
      expect(readdirSync(join(ADAPTERS, file))).toContain("index.ts");
  });

  test("has exactly the folders of recorded deliveries", () => {
    expect(recordedProviders()).toEqual(names);
  });

  test("is sorted, of kebab-case names, and exports nothing else", () => {
    expect(names).toEqual(names.toSorted());
    expect(names.filter((name) => !KEBAB_CASE.test(name))).toEqual([]);
    expect(Object.keys(registry)).toEqual(["adapters"]);
  });
});

test("zod is imported as a namespace everywhere: named, it would triple the bundle", () => {
  const named = /import\s+(?:type\s+)?\{[^}]*\}\s*from\s*["']zod["']/;
  const offenders = ["src", "adapters", "test"]
    .flatMap((directory) => sourcesIn(join(ROOT, directory)))
    .filter((file) => named.test(readFileSync(file, "utf8")));
  expect(offenders.map((file) => relative(ROOT, file))).toEqual([]);
});

test("the README has a row for each adapter, in the order of the registry", () => {
  const rows = adapters.map(({ title, docs }) => `| [${title}](${docs}) |`);
  const readme = readFileSync(join(ROOT, "README.md"), "utf8").split("\n");
  const missing = rows.filter((row) => !readme.some((it) => it.startsWith(row)));
  expect(missing, "rows that README.md lacks").toEqual([]);
  const places = rows.map((row) => readme.findIndex((it) => it.startsWith(row)));
  expect(places).toEqual(places.toSorted((a, b) => a - b));
});

describe.each(adapters)("$name", (adapter) => {
  const fixtures = httpFixtures(adapter.name);
  const lifecycles = lifecyclesOf(adapter.name);

  test("is a file or folder, and an export, of its name", async () => {
    const file = memberFiles().includes(adapter.name)
      ? `${adapter.name}/index.ts`
      : `${adapter.name}.ts`;
    const module: Record<string, unknown> = await import(join(ADAPTERS, file));
    const exportName = adapter.name.replaceAll(/-([a-z0-9])/g, (_, letter: string) =>
      letter.toUpperCase(),
    );
    expect(module[exportName]).toBe(adapter);
  });

  test("imports nothing but the contract, the vocabulary, zod and its own files", () => {
    const own = `adapters/${adapter.name}`;
    const files = sourcesIn(ADAPTERS).filter((file) => isWithin(relative(ROOT, file), own));
    expect(files).not.toEqual([]);
    const foreign = files
      .flatMap(importsOf)
      .filter(
        (it) =>
          !["zod", "src/adapter/contract.ts", "src/model/signal.ts"].includes(it) &&
          !isWithin(it, own),
      );
    expect(foreign).toEqual([]);
  });

  test("handles events, each of which is on record", () => {
    const recorded = new Set(fixtures.map((fixture) => eventOf(adapter, fixture)));
    expect(adapter.events).not.toEqual([]);
    expect(adapter.events.filter((event) => !recorded.has(event))).toEqual([]);
  });

  test("recommends events that it handles, and some", () => {
    expect(adapter.recommended).not.toEqual([]);
    expect(adapter.recommended.filter((event) => !adapter.events.includes(event))).toEqual([]);
  });

  test("leaves alone with a reason, and nothing that it handles", () => {
    const ignored = Object.entries(adapter.ignores);
    expect(ignored.filter(([, because]) => because.trim() === "")).toEqual([]);
    expect(ignored.filter(([event]) => adapter.events.includes(event))).toEqual([]);
  });

  test("says where its documentation is and how to set it up", () => {
    expect(new URL(adapter.docs).protocol).toBe("https:");
    const setup = adapter.setup.join("\n");
    expect(setup).toContain("{url}");
    expect(setup.replaceAll(/\{(url|secret)\}/g, "")).not.toMatch(/[{}]/);
    expect(adapter.secret.where).not.toBe("");
  });

  test("has names of recorded deliveries that say event and case, each with what is expected", () => {
    const recorded = fixtures.map(({ name }) => name);
    expect(filesOf(adapter.name, ".expected.json")).toEqual(recorded);
    expect(recorded.filter((name) => !/^[\w.-]+__[a-z0-9]+(-[a-z0-9]+)*$/.test(name))).toEqual([]);
    expect(lifecycles.filter(({ name }) => !KEBAB_CASE.test(name))).toEqual([]);
  });

  test("has nothing else among its recorded deliveries", () => {
    const known = /\.(http|expected\.json|lifecycle\.json)$/;
    expect(readdirSync(join(FIXTURES, adapter.name)).filter((file) => !known.test(file))).toEqual(
      [],
    );
  });

  test("has recorded deliveries without signatures", () => {
    const headers = fixtures.flatMap(({ headers }) => Object.keys(headers));
    const own = "header" in adapter.verify ? [adapter.verify.header] : [];
    expect(headers.filter((it) => SIGNATURE_HEADER.test(it) || own.includes(it))).toEqual([]);
  });

  test.each(lifecycles)("has all that the lifecycle $name names", (lifecycle) => {
    const recorded = new Set(fixtures.map(({ name }) => name));
    const lacking = lifecycle.deliveries.filter(({ fixture }) => !recorded.has(fixture));
    expect(lacking).toEqual([]);
    const texts = deliveriesOf(lifecycle).map(
      ({ headers, body }) => Object.values(headers).join("\n") + body,
    );
    expect(lifecycle.fresh.filter((id) => !texts.some((text) => text.includes(id)))).toEqual([]);
    const times = lifecycle.deliveries.map(({ afterMs }) => afterMs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });
});

const isWithin = (path: string, member: string): boolean =>
  path === `${member}.ts` || path.startsWith(`${member}/`);

function eventOf(
  adapter: Adapter,
  { headers, body }: ReturnType<typeof httpFixtures>[number],
): string | undefined {
  const format = bodyFormat(headers["content-type"]) ?? "json";
  return identify(
    adapter,
    lazyPayload(format, body, (name) => headers[name]),
  )?.event;
}
