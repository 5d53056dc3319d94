/** What is read of a `.env` file, however an editor wrote it. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { loadDotEnv } from "../../src/cli/dot-env.ts";

const folder = mkdtempSync(join(tmpdir(), "dot-env-"));
const file = join(folder, ".env");
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  ["lines of Windows", "PORT=80\r\nADMIN_TOKEN=token\r\n"],
  ["a byte order mark", "\uFEFFPORT=80\nADMIN_TOKEN=token"],
  ["quotes", `PORT="80"\nADMIN_TOKEN='token'\n`],
  ["a shell's export", "export PORT=80\nexport ADMIN_TOKEN=token\n"],
  ["comments and blanks", "# mine\n\nPORT = 80 # the port\n  ADMIN_TOKEN = token\n"],
  ["a name without a value", "PORT=80\nPUBLIC_URL=\nADMIN_TOKEN=token\n"],
])("%s", (_, text) => {
  writeFileSync(file, text);
  const environment: NodeJS.ProcessEnv = {};
  expect(loadDotEnv(file, environment).toSorted()).toEqual(["ADMIN_TOKEN", "PORT"]);
  expect(environment).toMatchObject({ PORT: "80", ADMIN_TOKEN: "token" });
});

test("what is set already stays, and a file that is not there says nothing", () => {
  writeFileSync(file, "PORT=80\n");
  const environment: NodeJS.ProcessEnv = { PORT: "90" };
  loadDotEnv(file, environment);
  expect(environment["PORT"]).toBe("90");
  expect(loadDotEnv(join(folder, "none"), environment)).toEqual([]);
});
