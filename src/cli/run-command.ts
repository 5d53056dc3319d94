/**
 * Runs a command, and ends the process in words where it fails: an error object may hold settings,
 * so none is printed.
 */
import { ConfigError } from "../util/config-error.ts";
import { messageOf, stackOf } from "../util/error-text.ts";

/** What a command expects to go wrong: its message is for the person who started it. */
type ExpectedError = new (message: string) => Error;

/** Runs `main`; where it fails, then or later, prints why to stderr and exits with 1. */
export async function runCommand(
  main: () => Promise<void>,
  expected: readonly ExpectedError[] = [],
): Promise<void> {
  const fail = (error: unknown): never => {
    const isExpected = [ConfigError, ...expected].some((kind) => error instanceof kind);
    process.stderr.write(`${withoutPasswords(wordsOf(error, isExpected)).trim()}\n`);
    // A half-started gateway may hold connections open.
    process.exit(1);
  };
  process.on("uncaughtException", fail);
  try {
    await main();
  } catch (error) {
    fail(error);
  }
}

/** The stack, which has the message in it, of what nobody expected. */
const wordsOf = (error: unknown, isExpected: boolean): string =>
  isExpected ? messageOf(error) : `This should not happen: ${stackOf(error)}`;

/** Whatever stands between the scheme of a URL and its host; not of the files in a stack. */
const withoutPasswords = (text: string): string =>
  text.replace(/\b(?!file:)(\w+:\/\/)\S*@/g, "$1…@");
