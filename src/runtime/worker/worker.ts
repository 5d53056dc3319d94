/**
 * The gateway as a Cloudflare Worker: answers requests, works off the queue, sweeps every minute.
 * Nothing but composition.
 */
import { ConfigError } from "../../util/config-error.ts";
import type { Gateway } from "../../gateway.ts";
import type { Invocation, MessageBatch, WorkerEnv } from "../cloudflare-bindings.ts";
import { consume, sweep } from "./drain.ts";
import { log, openForRequest, openForWork } from "./gateway.ts";
import type { WorkContext } from "./gateway.ts";

export { PreviewObject } from "./preview-object.ts";

const INTERNAL = { error: "internal", message: "Something broke here; the log has it." };

/**
 * Logs the one sentence that says what to do, then lets the invocation fail: messages come again
 * when it is done.
 */
function loggingMisconfiguration<Opened>(open: () => Opened): Opened {
  try {
    return open();
  } catch (error) {
    if (error instanceof ConfigError) log.error("misconfigured", { error: error.message });
    throw error;
  }
}

let isWriting = false;
/** A request may go on for so long after its answer. */
const LONGEST_WAIT_MS = 20_000;

/**
 * What comes until it may be written goes with it: one request at a time waits for that, in its own
 * name.
 */
async function writeRefused(gateway: Pick<Gateway, "refusedDue" | "writeRefused">): Promise<void> {
  if (isWriting) return;
  isWriting = true;
  try {
    const waitMs = (gateway.refusedDue() ?? 0) - Date.now();
    if (waitMs > 0) {
      await new Promise((resolve) => setTimeout(resolve, Math.min(waitMs, LONGEST_WAIT_MS)));
    }
    await gateway.writeRefused();
  } finally {
    isWriting = false;
  }
}

let isKeyTried = false;

/**
 * Whether the core API takes the key, once an isolate and as long as nothing was sent with it: from
 * then on the answers tell. And the canary, where it is due.
 */
async function lookOutside({ gateway, store, hasRoom }: WorkContext): Promise<void> {
  if (!isKeyTried && hasRoom()) {
    isKeyTried = true;
    const isUnused = (await store.listAccounts()).length === 0;
    const problem = isUnused ? await gateway.refusedKey() : undefined;
    if (problem !== undefined) log.error("the API key is refused", { problem });
  }
  if (hasRoom()) await gateway.flyCanary();
}

export default {
  async fetch(request: Request, env: WorkerEnv, invocation: Invocation): Promise<Response> {
    const waitUntil = (promise: Promise<unknown>) => invocation.waitUntil(promise);
    try {
      const gateway = loggingMisconfiguration(() => openForRequest(env, request, waitUntil));
      const response = await gateway.app.fetch(request);
      if (gateway.refusedDue() !== undefined) waitUntil(writeRefused(gateway));
      return response;
    } catch (error) {
      if (error instanceof ConfigError) return Response.json(INTERNAL, { status: 500 });
      throw error;
    }
  },

  async queue(batch: MessageBatch, env: WorkerEnv): Promise<void> {
    await consume(
      batch,
      loggingMisconfiguration(() => openForWork(env)),
    );
  },

  async scheduled(event: { readonly scheduledTime: number }, env: WorkerEnv): Promise<void> {
    const work = loggingMisconfiguration(() => openForWork(env));
    await sweep(work, event.scheduledTime);
    await lookOutside(work);
  },
};
