/** How much of the fault suites runs: what CI has time for, their short forms, or everything. */
import * as z from "zod";

/** Set by `npm run selftest`: `short`, or `full` with `--full`. Unset in CI. */
export const EXTENT_VARIABLE = "FAULT_TESTS";

export const EXTENT = z.enum(["ci", "short", "full"]).parse(process.env[EXTENT_VARIABLE] ?? "ci");
export const IS_FULL: boolean = EXTENT === "full";
