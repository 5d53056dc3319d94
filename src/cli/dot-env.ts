/**
 * Reads `.env` in the current directory into the environment where there is one; what is set
 * already stays.
 */
import { existsSync, readFileSync } from "node:fs";
import { loadEnvFile } from "node:process";
import { parseEnv } from "node:util";

/** Answers the names that have a value in the file. */
export function loadDotEnv(): readonly string[] {
  if (!existsSync(".env")) return [];
  loadEnvFile();
  const entries = Object.entries(parseEnv(readFileSync(".env", "utf8")));
  return entries.flatMap(([name, value]) => (value ? [name] : []));
}
