/**
 * Reads a `.env` file into the environment where there is one; what is set already stays.
 */
import { existsSync, readFileSync } from "node:fs";
import { env } from "node:process";
import { parseEnv } from "node:util";

/** Of the current directory unless told. Returns the names that have a value in the file. */
export function loadDotEnv(file = ".env", environment = env): readonly string[] {
  if (!existsSync(file)) return [];
  // Editors on Windows begin a file with a byte order mark, which would be of the first name.
  const text = readFileSync(file, "utf8").replace(/^\uFEFF/, "");
  const entries = Object.entries(parseEnv(text));
  for (const [name, value] of entries) environment[name] ??= value;
  return entries.flatMap(([name, value]) => (value ? [name] : []));
}
