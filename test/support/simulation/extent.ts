/** How much of the fault suites runs: what CI has time for, their short forms, or everything. */
import * as z from "zod";

/** Set by `npm run selftest`: `short`, or `full` with `--full`. Unset in CI. */
export const EXTENT_VARIABLE = "FAULT_TESTS";

/** How many minutes the soak takes; it runs only where this is set. */
export const SOAK_VARIABLE = "SOAK_MINUTES";
export const SOAK_MINUTES: number = z.coerce
  .number()
  .positive()
  .catch(0)
  .parse(process.env[SOAK_VARIABLE]);

/** Set where what an operator sees of a bad night is looked at, for a minute or two. */
export const NIGHT_VARIABLE = "NIGHT";
export const IS_NIGHT: boolean = process.env[NIGHT_VARIABLE] !== undefined;

export const EXTENT = z.enum(["ci", "short", "full"]).parse(process.env[EXTENT_VARIABLE] ?? "ci");
export const IS_FULL: boolean = EXTENT === "full";
