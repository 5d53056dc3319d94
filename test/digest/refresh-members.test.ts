/** What it costs to fold tracks into one card: the same, however many the commit has. */
import { afterEach, expect, test } from "vitest";
import { createSqliteStore } from "../../src/runtime/database/node-sqlite.ts";
import type { Store } from "../../src/store/port.ts";
import { workflowRun } from "../telling/github.ts";
import { vercel } from "../telling/hosts.ts";
import { SECOND, startPhone } from "../telling/phone.ts";
import type { Phone } from "../telling/phone.ts";

let phone: Phone | undefined;
afterEach(() => phone?.close());

/** The store, and which of its steps were taken. */
function counted(store: Store): { readonly store: Store; readonly taken: string[] } {
  const taken: string[] = [];
  const counting = new Proxy(store, {
    get(target, name) {
      const step: unknown = Reflect.get(target, name);
      if (typeof step !== "function" || typeof name !== "string") return step;
      return (...given: unknown[]): unknown => {
        taken.push(name);
        return Reflect.apply(step, target, given);
      };
    },
  });
  return { store: counting, taken };
}

/** The reads of a digest that folds three apps of a commit, which so many workflows run on as well. */
async function readsToFold(workflows: number): Promise<readonly string[]> {
  const { store, taken } = counted(await createSqliteStore({ file: ":memory:" }));
  phone = await startPhone({ store });
  const github = await phone.endpoint("github", { notify: "none" });
  const host = await phone.endpoint("vercel", { notify: "none" });
  for (let id = 1; id <= workflows; id++)
    await phone.hear(
      github,
      workflowRun({ id, at: phone.now(), conclusion: null, workflow: id, name: `CI ${id}` }),
    );
  let before = 0;
  for (const app of ["web", "docs", "admin"]) {
    await phone.wait(SECOND);
    before = taken.length;
    const project = { id: `prj_${app}`, name: app };
    await phone.hear(host, vercel("created", { id: `dpl_${app}`, at: phone.now(), project }));
  }
  const reads = taken.slice(before).filter((step) => /^(load|find|last|recent|line)/.test(step));
  await phone.wait(20 * SECOND);
  expect(phone.cards().filter((it) => it.includes("3 apps"))).toHaveLength(1);
  await phone.close();
  phone = undefined;
  return reads;
}

test("its members are read in one step", async () => {
  const few = await readsToFold(1);
  const many = await readsToFold(20);
  expect(many).toEqual(few);
  expect(many.filter((step) => step === "findRuns")).toHaveLength(1);
});
