/** What must not compile. Never run: tsc fails where one of the expected errors is missing. */
import * as z from "zod";
import { defineAdapter, sharedToken } from "../src/adapter/contract.ts";
import type { Adapter } from "../src/adapter/contract.ts";
import { toHttp } from "../src/receive/result.ts";
import type { HttpAnswer, ReceiveResult } from "../src/receive/result.ts";
import { parseBody } from "../src/adapter/payload.ts";
import type { Signal } from "../src/model/signal.ts";
import type { UnverifiedDelivery, VerifiedDelivery } from "../src/verify/verify.ts";

const declared = {
  name: "acme",
  title: "Acme",
  docs: "https://acme.example/webhooks",
  verify: sharedToken(),
  secret: { madeBy: "gateway", where: "Enter it." },
  identify: { event: { json: ["type"] } },
  ignores: {},
  setup: [],
  recommended: [],
} as const;

/** Each `toSignals` is typed by its own schema, and by no other. */
export const acme: Adapter = defineAdapter({
  ...declared,
  events: {
    deployed: {
      schema: z.object({ app: z.string(), at: z.number() }),
      // @ts-expect-error the schema has no field `name`
      toSignals: ({ name, at }) => [{ kind: "notice", title: name, at }],
    },
    budget: {
      schema: z.object({ limit: z.number(), at: z.number() }),
      // @ts-expect-error a title is a text
      toSignals: ({ limit, at }) => [{ kind: "notice", title: limit, at }],
    },
  },
});

// @ts-expect-error there is no such kind of signal
export const rumour: Signal = { kind: "rumour", title: "Deployed", at: 0 };

declare const unverified: UnverifiedDelivery;
// @ts-expect-error what is not verified cannot pass for it
export const trusted: VerifiedDelivery = unverified;
// @ts-expect-error nor can a look-alike
export const forged: VerifiedDelivery = { body: unverified.body, secretId: null, scheme: "hmac" };

// @ts-expect-error an outcome without a public face
export const answer: HttpAnswer = toHttp({ kind: "lost" });
// @ts-expect-error the facts of an outcome come with it
export const tooLarge: ReceiveResult = { kind: "body_too_large" };

// @ts-expect-error outside data stays unknown until a schema has parsed it
export const project: { readonly id: string } = parseBody("json", "{}");
