/** What a shell proposes while a line is being typed, and how hints name the command. */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { invocationOf } from "../../src/cli/terminal/invocation.ts";
import { CLI } from "./processes.ts";

let bin: string;
let script: string;
beforeAll(() => {
  bin = mkdtempSync(join(tmpdir(), "bin-"));
  const program = join(bin, "activitysmith-webhooks");
  writeFileSync(program, `#!/bin/sh\nexec '${[process.execPath, ...CLI].join("' '")}' "$@"\n`);
  chmodSync(program, 0o700);
  script = execFileSync(program, ["completions", "bash"]).toString();
}, 60_000);
afterAll(() => rmSync(bin, { recursive: true }));

/** What bash proposes for the last of these words, by the script that is printed for it. */
function proposed(...words: string[]): string[] {
  const ask = `${script}
    COMP_WORDS=(activitysmith-webhooks "$@"); COMP_CWORD=$#
    _activitysmith_webhooks; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const env = { PATH: `${bin}:${process.env["PATH"]}` };
  return execFileSync("bash", ["-c", ask, "bash", ...words], { env })
    .toString()
    .split("\n")
    .filter((word) => word !== "");
}

test.each([
  [["sta"], ["start", "status"]],
  [
    ["activity", "st"],
    ["stream", "start"],
  ],
  [["connect", "g"], ["github"]],
  [
    ["connect", ""],
    ["github", "netlify", "railway", "vercel"],
  ],
  [["push", "--interruption-level", "p"], ["passive"]],
  [
    ["push", "--act"],
    ["--actions", "--actions-file"],
  ],
  [["completions", "f"], ["fish"]],
  [["apply", "gate"], []],
  [["no-such-command", ""], []],
])("%j", { timeout: 60_000 }, (words, expected) => {
  expect(proposed(...words)).toEqual(expected);
});

test.each([
  ["/clone/src/cli/terminal/invocation.ts", {}, "npm run cli --"],
  ["/clone/src/cli/terminal/invocation.ts", { npm_command: "run-script" }, "npm run cli --"],
  ["/lib/chunk.js", { npm_command: "exec" }, "npx activitysmith-webhooks"],
  ["/lib/chunk.js", { npm_command: "run-script" }, "activitysmith-webhooks"],
  ["/lib/chunk.js", {}, "activitysmith-webhooks"],
])("%s started with %j is called %s", (file, variables, expected) => {
  expect(invocationOf(file, variables)).toBe(expected);
});
