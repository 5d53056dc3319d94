/**
 * Works off what is due, on a message of the queue or on the minute. The database says what is due
 * and the messages only that there may be something, so a lost, doubled or late one changes
 * nothing; only deliveries that wait in the queue are stored from it.
 */
import type { NewDelivery } from "../../model/delivery.ts";
import type { MessageBatch, QueueMessage as Message } from "../cloudflare-bindings.ts";
import { fromJson } from "../delivery-json.ts";
import { queueMessage } from "./queue-message.ts";
import { sendWake } from "./gateway.ts";
import type { WorkContext } from "./gateway.ts";
import { messageOf } from "../../util/error-text.ts";

/** Far below the 15 minutes that an invocation may take: what is left goes to the next one. */
const MAX_MS = 20_000;
/** Where an account's budget is spent, calls come back to it one by one. */
const BUDGET_MS = 5_000;
/** What is due later than this is left to the sweep of each minute. */
const SWEEP_SECONDS = 60;
const MINUTE_MS = 60_000;
/** Every minute would cost the free plan half of the rows that it may read. */
const TRIM_MINUTES = 10;
const RETRY_SECONDS = { first: 10, most: 600 };
/** The queue for messages that failed again and again has this at the end of its name. */
const DEAD_LETTERS = "-dead";

/**
 * Digests and dispatches until nothing is due; tells a later invocation where something soon will
 * be.
 */
export async function workOff(work: WorkContext): Promise<void> {
  const due = await drainDue(work);
  if (due === undefined) return;
  const delaySeconds = Math.ceil((due - work.now()) / 1000);
  if (delaySeconds >= SWEEP_SECONDS) return;
  await sendWake(work.queue, { wake: "commands" }, Math.max(1, delaySeconds));
}

/**
 * What the cron trigger does each minute: works off what no wake-up told of, frees slots that were
 * left behind and, now and then, deletes what is too old.
 */
export async function sweep(work: WorkContext, scheduledAt: number): Promise<void> {
  await workOff(work);
  if (work.hasRoom()) await work.gateway.releaseStaleSlots();
  if (Math.floor(scheduledAt / MINUTE_MS) % TRIM_MINUTES !== 0) return;
  while (work.hasRoom() && (await work.gateway.trim()) > 0);
}

/**
 * When there is something to do again, in ms since the epoch: now, where time or calls ran out
 * before the work.
 */
async function drainDue({ gateway, store, now, hasRoom }: WorkContext) {
  const deadline = now() + MAX_MS;
  const steps = [() => gateway.digest(), () => send(gateway)];
  for (;;) {
    let done = 0;
    for (const step of steps) {
      if (!hasRoom() || now() >= deadline) return now();
      done += await step();
    }
    if (done === 0) break;
  }
  const unaffordable = await store.dueAccounts(now());
  if (unaffordable.length > 0) return now() + BUDGET_MS;
  return store.nextCommandDue(now());
}

/** Begins what is due and awaits it: nothing outlives the invocation. */
async function send(gateway: WorkContext["gateway"]): Promise<number> {
  const begun = await gateway.dispatch();
  await gateway.idle();
  return begun;
}

/** Acknowledges what is done and gives back what failed, to come again later. Never rejects. */
export async function consume(batch: MessageBatch, work: WorkContext): Promise<void> {
  if (batch.queue.endsWith(DEAD_LETTERS)) logDeadLetters(batch, work);
  const wakes: Message[] = [];
  const waiting: Waiting[] = [];
  for (const message of batch.messages) {
    const parsed = queueMessage.safeParse(message.body);
    if (!parsed.success) refuse(work, message);
    else if ("wake" in parsed.data) wakes.push(message);
    else waiting.push({ message, delivery: fromJson(parsed.data.delivery) });
  }
  await storeWaiting(work, waiting);
  await attempt(work, wakes, () => workOff(work));
}

interface Waiting {
  readonly message: Message;
  readonly delivery: NewDelivery;
}

/** All at once; one by one where that fails, as one of them may be to blame. */
async function storeWaiting(work: WorkContext, waiting: readonly Waiting[]): Promise<void> {
  if (waiting.length === 0) return;
  const messages = waiting.map(({ message }) => message);
  const deliveries = waiting.map(({ delivery }) => delivery);
  const isLast = waiting.length === 1 || !work.hasRoom();
  const store = () => work.store.storeDeliveries(deliveries);
  if (await attempt(work, messages, store, isLast)) {
    work.log.info("stored from the queue", { deliveries: deliveries.map(({ id }) => id) });
  } else if (!isLast) {
    for (const one of waiting) await storeWaiting(work, [one]);
  }
}

/**
 * Acknowledges the messages where the step succeeds; else gives them back, if this was the last try
 * in this invocation.
 */
async function attempt(
  work: WorkContext,
  messages: readonly Message[],
  step: () => Promise<unknown>,
  isLast = true,
): Promise<boolean> {
  try {
    await step();
    for (const message of messages) message.ack();
    return true;
  } catch (error) {
    work.log.error("queue", { error: messageOf(error) });
    if (isLast) for (const message of messages) retry(message);
    return false;
  }
}

function retry(message: Message): void {
  const { first, most } = RETRY_SECONDS;
  message.retry({ delaySeconds: Math.min(most, first * 2 ** (message.attempts - 1)) });
}

/**
 * A newer version of the gateway may have sent it; it comes again until one that understands it is
 * deployed.
 */
function refuse({ log }: WorkContext, message: Message): void {
  log.error("queue message not understood", { message_id: message.id });
  retry(message);
}

function logDeadLetters({ messages }: MessageBatch, { log }: WorkContext): void {
  for (const { id, attempts, body } of messages) {
    const { data } = queueMessage.safeParse(body);
    const facts = data && "delivery" in data ? { delivery_id: data.delivery.id } : data;
    log.error("dead letter", { message_id: id, attempts, ...facts });
  }
}
