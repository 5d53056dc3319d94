/** What a run over a room knows of its changes: the process that runs the tests tells the reporter. */
import { readFileSync, writeFileSync } from "node:fs";
import * as z from "zod";

const verdicts = z.object({
  /** Whose code a test ran. */
  met: z.array(z.string()),
  /** Those that a test noticed. */
  noticed: z.array(z.string()),
  /** Of these, those under which a test did not end. */
  hung: z.array(z.string()),
  /** Whose code ran while files were loaded. */
  loaded: z.array(z.string()),
  /** Tests that fail as the code is, or after other changes: nothing is concluded from them. */
  broken: z.array(z.string()),
});

export type Verdicts = z.infer<typeof verdicts>;

/** The environment variable that has the path of the file. */
export const VERDICTS_VARIABLE = "MUTATION_VERDICTS";

export function writeVerdicts(path: string, all: Verdicts): void {
  writeFileSync(path, JSON.stringify(all));
}

export function readVerdicts(path: string): Verdicts {
  return verdicts.parse(JSON.parse(readFileSync(path, "utf8")));
}
