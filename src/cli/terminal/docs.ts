/** What `--help` says of a command beyond its flags: lines that can be typed as they stand. */
import { INVOCATION } from "./invocation.ts";

/** @param examples command lines without the program's name */
export const withExamples = (brief: string, ...examples: readonly string[]) => ({
  brief,
  fullDescription: [brief, "", ...examples.map((it) => `  ${INVOCATION} ${it}`)].join("\n"),
});
