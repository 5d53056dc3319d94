/** What `--help` says can be typed as it says: every command, and every flag of each. */
import { run } from "@stricli/core";
import { expect, test } from "vitest";
import { app } from "../../src/cli/app.ts";
import type { CliProcess } from "../../src/cli/terminal/command.ts";

async function said(...args: string[]): Promise<string> {
  let text = "";
  const write = (more: string) => void (text += more);
  const process: CliProcess = { stdout: { write }, stderr: { write }, env: {} };
  await run(app, args, { process });
  return text;
}

/** The names that are listed below the headings: those of a command's own `COMMANDS`, or all. */
const listed = (help: string): string[] =>
  [...help.matchAll(/^ {2}([a-z][a-z-]*) {2,}\S/gm)].map(([, name = ""]) => name);

async function commandsBelow(path: readonly string[]): Promise<string[][]> {
  const help = await said(...path, "--help");
  const isMap = path.length === 0 || /^COMMANDS$/m.test(help);
  if (!isMap) return [[...path]];
  const below = await Promise.all(listed(help).map((name) => commandsBelow([...path, name])));
  return below.flat();
}

const all = await commandsBelow([]);

test("all commands are found by their help", () => {
  const names = all.map((path) => path.join(" "));
  expect(names).toEqual(
    expect.arrayContaining(["start", "deliveries list", "activity end-stream", "try", "badge"]),
  );
  expect(names.length).toBeGreaterThan(35);
});

test("the help of the program has a line a command, the usage before them is short", async () => {
  const help = await said("--help");
  expect(help.indexOf("THE GATEWAY")).toBeLessThan(600);
  expect(listed(help)).toEqual(expect.arrayContaining(["start", "connect", "why", "push"]));
});

test.each(all.map((path) => [path.join(" "), path] as const))(
  "%s takes each flag that its help shows",
  async (_, path) => {
    const help = await said(...path, "--help");
    const [usage = ""] = help.split("\n\n");
    const places = [...(usage.split("\n")[1]?.matchAll(/<[a-z]+>/g) ?? [])].map(() => "1");
    const flags = [...help.matchAll(/^ +(?:-\w )? *\[?\(?--([a-z][\w-]*)/gm)].map(
      ([, it = ""]) => it,
    );
    const own = flags.filter((it) => it !== "help" && it !== "help-all");
    expect(own.length).toBeGreaterThan(0);
    // The parser reads from left to right: what stops it is the last flag, which no command has.
    for (const flag of own) {
      const answer = await said(...path, ...places, `--${flag}=true`, "--no-such-flag");
      expect({ flag, answer }).toEqual({
        flag,
        answer: expect.stringContaining("No flag registered for --no-such-flag"),
      });
    }
  },
);
