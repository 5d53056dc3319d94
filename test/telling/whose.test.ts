/** Whose run a failure is, where a host's bot tells GitHub of it: a messenger is nobody's author. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { deploymentStatus } from "./github.ts";
import { MINUTE, NOON, SECOND, startPhone } from "./phone.ts";
import type { Phone } from "./phone.ts";

let phone: Phone;
beforeEach(async () => {
  phone = await startPhone();
});
afterEach(() => phone.close());

const SHA = "8a0c5f93e7d14b26f0a9e3c75d81b4620fe9c7a3";

/** A preview's failure as a host's bot tells it: mostly with the commit in the branch's place. */
const preview = (ref: string, creator: string, id = 9) =>
  deploymentStatus({
    id,
    at: phone.now(),
    createdAt: NOON,
    state: "failure",
    sha: SHA,
    ref,
    creator,
    environment: "Preview",
    url: `https://web-shop-k3v9qd2m${id}-ada-shop.vercel.app`,
  });

test.each([
  ["somebody pushed, the branch untold", SHA, "vercel[bot]", "rings"],
  ["a person's branch", "feature/shoes", "vercel[bot]", "rings"],
  ["a bot's branch", "dependabot/npm/zod-4", "vercel[bot]", "is counted"],
  ["a bot's branch", "renovate/zod-4.x", "netlify[bot]", "is counted"],
] as const)("%s, told by a host's bot (%s, %s): it %s", async (_name, ref, creator, becomes) => {
  const endpoint = await phone.endpoint("github");
  await phone.wait(10 * SECOND);
  await phone.hear(endpoint, preview(ref, creator));
  await phone.wait(MINUTE);
  expect(phone.rung()).toHaveLength(becomes === "rings" ? 1 : 0);
  for (let minutes = 0; minutes < 11; minutes++) await phone.wait(MINUTE);
  expect(phone.quiet()).toHaveLength(becomes === "rings" ? 0 : 1);
});

test("a bot that deploys by itself is the author of what it deploys", async () => {
  const endpoint = await phone.endpoint("github");
  const own = { id: 3, at: phone.now(), createdAt: NOON, state: "failure", sha: SHA };
  await phone.hear(
    endpoint,
    deploymentStatus({ ...own, ref: "feature/x", creator: "our-tests[bot]", environment: "qa" }),
  );
  await phone.wait(MINUTE);
  expect(phone.rung()).toEqual([]);
});

test("with `me` set, what nobody can be told apart from is passive", async () => {
  const endpoint = await phone.endpoint("github", { me: ["ada"] });
  await phone.hear(endpoint, preview(SHA, "vercel[bot]"));
  await phone.wait(MINUTE);
  expect(phone.rung()).toEqual([]);
  expect(phone.quiet()).toHaveLength(1);
});
