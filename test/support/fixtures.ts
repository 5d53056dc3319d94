/** Reads the recorded deliveries of `test/fixtures/<provider>/`: `<event>__<case>.http` and its `.expected.json`. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const FIXTURES = join(import.meta.dirname, "..", "fixtures");

export interface HttpFixture {
  /** File name without `.http`. */
  readonly name: string;
  readonly provider: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** Exactly as recorded. */
  readonly body: string;
}

export function fixtureProviders(): string[] {
  return readdirSync(FIXTURES, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .toSorted();
}

/** All recorded deliveries of a provider, by name. */
export function httpFixtures(provider: string): HttpFixture[] {
  return filesOf(provider, ".http").map((name) => httpFixture(provider, name));
}

/** Names of the files of a provider with this ending, without it, sorted. */
export function filesOf(provider: string, ending: string): string[] {
  return readdirSync(join(FIXTURES, provider))
    .filter((file) => file.endsWith(ending))
    .map((file) => file.slice(0, -ending.length))
    .toSorted();
}

/** Header lines, a blank line, then the body to the file's end, less one final newline. */
export function httpFixture(provider: string, name: string): HttpFixture {
  const text = readFileSync(join(FIXTURES, provider, `${name}.http`), "utf8");
  const end = text.indexOf("\n\n");
  if (end === -1) throw new Error(`${provider}/${name}.http has no blank line after its headers`);
  const headers = Object.fromEntries(
    text
      .slice(0, end)
      .split("\n")
      .map((line) => {
        const colon = line.indexOf(":");
        return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
      }),
  );
  return { name, provider, headers, body: text.slice(end + 2).replace(/\n$/, "") };
}

export function expectedOf(provider: string, name: string): unknown {
  return JSON.parse(readFileSync(join(FIXTURES, provider, `${name}.expected.json`), "utf8"));
}
