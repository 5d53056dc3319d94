/** Queuing a command: a call of the core API that the outbox paces, places and tries again. */
import * as z from "zod";
import {
  badgeRequest,
  metricKey,
  metricValueRequest,
  pushRequest,
  streamEndRequest,
  streamKey,
  streamRequest,
} from "../destinations/activitysmith/contract.ts";
import { fromWire } from "../destinations/activitysmith/from-wire.ts";
import type { WireCall } from "../destinations/activitysmith/wire-call.ts";
import { queuedCommand } from "../digest/queued-command.ts";
import { DEFAULT_ACCOUNT } from "../model/account.ts";
import { newCommandId } from "../model/command-id.ts";
import type { Command, NewCommand } from "../model/command.ts";
import { command, commandOf } from "./commands.ts";
import { callOf } from "./models/core-call.ts";
import { apiError } from "./routing/api-error.ts";
import type { AdminDeps } from "./deps.ts";
import { none, route } from "./routing/route.ts";

/** The gateway's own streams, which nobody else may move. */
const RESERVED = /^(roll-up-of-|activitysmith-webhooks-)/;

const ownStreamKey = streamKey.refine((key) => !RESERVED.test(key), {
  error: "is a stream of the gateway itself; choose another key",
});

/** For whoever gets no answer and asks again. */
const queuing = {
  idempotency_key: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe(
      "Of several with the same key the first is queued; the others are answered with what became of it, as long as it is kept (`RETENTION_DAYS`).",
    ),
};

const queued = z
  .discriminatedUnion("call", [
    z.strictObject({ ...queuing, call: z.literal("push"), body: pushRequest }),
    z.strictObject({
      ...queuing,
      call: z.literal("stream_update"),
      stream_key: ownStreamKey,
      body: streamRequest,
    }),
    z.strictObject({
      ...queuing,
      call: z.literal("stream_end"),
      stream_key: ownStreamKey,
      body: streamEndRequest.default({}),
    }),
    z.strictObject({
      ...queuing,
      call: z.literal("metric_value"),
      metric_key: metricKey,
      body: metricValueRequest,
    }),
    z.strictObject({ ...queuing, call: z.literal("badge"), body: badgeRequest }),
  ])
  .meta({ id: "QueuedCall" })
  .describe("A call of the core API; `body` is its request body.");

export const queueOperations = (deps: AdminDeps) => ({ queueCommand: queueCommand(deps) });

const queueCommand = (deps: AdminDeps) =>
  route(
    {
      method: "post",
      path: "/api/v1/commands",
      operation: "queueCommand",
      tag: "Commands",
      summary: "Queue a call of the core API: the outbox paces it and tries it again",
      params: none,
      query: none,
      body: queued,
      success: { status: 202, description: "Stored, and not sent yet.", schema: command },
      refusals: [409],
    },
    async ({ body }) => {
      const now = deps.clock.now();
      const made = queuedCommand({
        id: newCommandId(null, now),
        account: DEFAULT_ACCOUNT,
        intent: fromWire(wireCallOf(body)),
        idempotencyKey: body.idempotency_key,
        now,
      });
      await deps.store.enqueueCommands([made], now);
      deps.waker.wake("commands");
      if (body.idempotency_key === undefined) return commandOf(justMade(made));
      const { dedupeKey } = made;
      const first = await deps.store.findCommand({ dedupeKey });
      if (first && !isSameCall(first, made)) return KEY_IS_TAKEN;
      return commandOf(first ?? justMade(made));
    },
  );

const KEY_IS_TAKEN = apiError(
  409,
  "idempotency_key_taken",
  "Another call was queued with this idempotency_key; choose another key.",
);

const isSameCall = (a: NewCommand, b: NewCommand): boolean =>
  JSON.stringify(callOf(a.intent)) === JSON.stringify(callOf(b.intent));

const justMade = (made: NewCommand): Command => ({
  ...made,
  status: "pending",
  attempts: 0,
  reason: null,
  possibleRepeat: false,
  settledAt: null,
});

function wireCallOf(it: z.infer<typeof queued>): WireCall {
  switch (it.call) {
    case "push":
    case "badge":
      return it;
    case "stream_update": {
      const { call, stream_key: key, body } = it;
      return { call, streamKey: key, body };
    }
    case "stream_end": {
      const { call, stream_key: key, body } = it;
      return { call, streamKey: key, body };
    }
    case "metric_value":
      return { call: it.call, metricKey: it.metric_key, body: it.body };
  }
}
