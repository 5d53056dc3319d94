/** Runs one command line to its end. */
import { argv, env, stderr, stdout } from "node:process";
import { ExitCode, run } from "@stricli/core";
import { app } from "./app.ts";
import { loadDotEnv } from "./dot-env.ts";
import { printCompletions } from "./completions/complete.ts";
import { COMPLETE } from "./completions/scripts.ts";
import { EXIT, endQuietlyWhereNobodyReads } from "./terminal/command.ts";
import type { CliProcess } from "./terminal/command.ts";

/** What the parser says of a wrong command line, or of a bug, as `--json` wants it. */
function errorAsJson(words: string): string {
  return `${JSON.stringify({ error: { message: words.trim() } }, null, 2)}\n`;
}

async function main(args: readonly string[]): Promise<void> {
  endQuietlyWhereNobodyReads();
  loadDotEnv();
  let said = "";
  let hasAnswered = false;
  const own: CliProcess = {
    stdout: { write: (text: string) => void ((hasAnswered = true), stdout.write(text)) },
    stderr: { write: (text: string) => void ((said += text), stderr.write(text)) },
    env,
  };
  await run(app, args, { process: own });
  const code = Number(own.exitCode ?? EXIT.done);
  const isUsage = code === ExitCode.InvalidArgument || code === ExitCode.UnknownCommand;
  const isSilent = code !== EXIT.done && !hasAnswered;
  if (isSilent && args.includes("--json")) stdout.write(errorAsJson(said));
  process.exitCode = code < 0 ? (isUsage ? EXIT.usage : EXIT.failed) : code;
}

const [, , ...given] = argv;
/** Flags alone are flags of `start`, but for those that the command line itself has. */
const isBare = given.every((word) => word === "--tunnel" || word === "--no-open");
if (given[0] === COMPLETE) await printCompletions(app, given.slice(1), { stdout, stderr, env });
else await main(isBare ? ["start", ...given] : given);
