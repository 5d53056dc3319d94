/**
 * Reads recorded deliveries and lifecycles from `recordings/<provider>/`; see `adapters/README.md`
 * for their form.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";

export const FIXTURES = join(import.meta.dirname, "..", "..", "recordings");

/** A recorded delivery: `<event>__<case>.http`, unsigned. */
export interface HttpFixture {
  /** File name without `.http`. */
  readonly name: string;
  readonly provider: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** Exactly as recorded. */
  readonly body: string;
}

const lifecycle = z.strictObject({
  title: z.string(),
  startsAt: z.iso.datetime(),
  fresh: z.array(z.string().min(4)),
  deliveries: z
    .array(z.strictObject({ afterMs: z.number().int().min(0), fixture: z.string() }))
    .min(1),
  ends: z.array(
    z.strictObject({
      project: z.string(),
      environment: z.string().nullable(),
      line: z.string().nullable(),
      run: z.string(),
      state: z.string(),
      steps: z.array(z.tuple([z.string(), z.string()])),
    }),
  ),
});

/** The deliveries of one story in order, `<name>.lifecycle.json`, and how its runs end. */
export type Lifecycle = z.infer<typeof lifecycle> & {
  readonly name: string;
  readonly provider: string;
};

export function recordedProviders(): string[] {
  return readdirSync(FIXTURES, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .toSorted();
}

/** Names of the files of a provider with this ending, without it, sorted. */
export function filesOf(provider: string, ending: string): string[] {
  return readdirSync(join(FIXTURES, provider))
    .filter((file) => file.endsWith(ending))
    .map((file) => file.slice(0, -ending.length))
    .toSorted();
}

/** All recorded deliveries of a provider, by name. */
export function httpFixtures(provider: string): HttpFixture[] {
  return filesOf(provider, ".http").map((name) => httpFixture(provider, name));
}

/** Header lines, a blank line, then the body to the file's end, less one final newline. */
export function httpFixture(provider: string, name: string): HttpFixture {
  const text = readFileSync(join(FIXTURES, provider, `${name}.http`), "utf8");
  const end = text.indexOf("\n\n");
  if (end === -1) throw new Error(`${provider}/${name}.http has no blank line after its headers`);
  const headers = text.slice(0, end).split("\n").map(headerOf);
  return {
    name,
    provider,
    headers: Object.fromEntries(headers),
    body: text.slice(end + 2).replace(/\n$/, ""),
  };
}

function headerOf(line: string): [name: string, value: string] {
  const colon = line.indexOf(":");
  return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
}

export const lifecyclesOf = (provider: string): Lifecycle[] =>
  filesOf(provider, ".lifecycle.json").map((name) => readLifecycle(provider, name));

export function readLifecycle(provider: string, name: string): Lifecycle {
  const text = readFileSync(join(FIXTURES, provider, `${name}.lifecycle.json`), "utf8");
  return { ...lifecycle.parse(JSON.parse(text)), name, provider };
}

/** The recorded deliveries of a lifecycle in their order. */
export const deliveriesOf = (it: Lifecycle): HttpFixture[] =>
  it.deliveries.map(({ fixture }) => httpFixture(it.provider, fixture));
