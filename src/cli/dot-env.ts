/** Reads `.env` in the current directory into the environment where there is one; what is set already stays. */
import { existsSync } from "node:fs";
import { loadEnvFile } from "node:process";

export function loadDotEnv(): void {
  if (existsSync(".env")) loadEnvFile();
}
