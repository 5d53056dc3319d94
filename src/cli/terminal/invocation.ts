/** How the person who reads a hint starts this program, so that the hint can be typed as it stands. */
import { env } from "node:process";

/** The package's command; a clone has none of its own. */
export const PROGRAM = "activitysmith-webhooks";

/**
 * @param file the module that was started: TypeScript in a clone only
 * @param variables npm tells its children by which of its commands they were started
 */
export function invocationOf(file: string, variables: Readonly<Partial<Record<string, string>>>) {
  if (file.endsWith(".ts")) return "npm run cli --";
  return variables["npm_command"] === "exec" ? `npx ${PROGRAM}` : PROGRAM;
}

export const INVOCATION = invocationOf(import.meta.filename, env);
