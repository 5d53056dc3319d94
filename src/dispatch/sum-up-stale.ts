/**
 * Before a push goes out that has waited for long: it and what else of its account has waited as
 * long become one push a project, in one step of the store. Makes no call.
 */
import { lateForm, STALE_MS, summariesOf } from "../compose/sum-up.ts";
import type { WaitingPush } from "../compose/sum-up.ts";
import { PRIORITY } from "../model/command.ts";
import type { ClaimedCommand, Command, NewCommand } from "../model/command.ts";
import { newCommandId } from "../model/command-id.ts";
import type { SendDeps } from "./deps.ts";

/** So many are looked at in one step; the next stale push looks at the next ones. */
const MOST_LOOKED_AT = 500;

const isStale = ({ intent, createdAt }: ClaimedCommand, now: number): boolean =>
  intent.kind === "push" && now - createdAt >= STALE_MS;

/** The command as it goes out, which says where it is late. */
export const asLate = (command: ClaimedCommand, now: number): ClaimedCommand =>
  isStale(command, now) && command.intent.kind === "push"
    ? { ...command, intent: lateForm(command.intent, command.createdAt, now) }
    : command;

/**
 * What becomes of the command: it goes out by itself; a summary goes out in its place, and it is
 * settled; or it has to come again, as another process has one of the others in hand.
 */
export async function sumUpStale(
  { store, clock, log }: Pick<SendDeps, "store" | "clock" | "log">,
  command: ClaimedCommand,
): Promise<"alone" | "replaced" | "again"> {
  const now = clock.now();
  if (!isStale(command, now)) return "alone";
  const { account, id: commandId, claim } = command;
  const others = await store.waitingPushes(account, now - STALE_MS, MOST_LOOKED_AT);
  const summaries = summariesOf([command, ...others].flatMap(waitingPush), now);
  if (summaries.length === 0) return "alone";
  const replacements = summaries.map(({ of, intent }) => {
    const by: NewCommand = {
      id: newCommandId(null, now),
      endpointId: of.at(-1)?.endpointId ?? command.endpointId,
      account,
      deliveryId: null,
      trackId: null,
      streamKey: null,
      priority: PRIORITY.push,
      intent,
      dedupeKey: null,
      notBefore: now,
      // It is given up when its newest part would be.
      createdAt: of.at(-1)?.createdAt ?? now,
    };
    return { by, replaced: of.map(({ id }) => id), reason: `summed up in ${by.id}` };
  });
  if (!(await store.replacePushes({ commandId, claim, replacements, now }))) return "again";
  const replaced = replacements.flatMap((it) => it.replaced);
  log.info("late pushes summed up", { account, pushes: replaced.length, into: summaries.length });
  return replaced.includes(commandId) ? "replaced" : "alone";
}

const waitingPush = ({ id, endpointId, intent, createdAt }: Command): WaitingPush[] =>
  intent.kind === "push" ? [{ id, endpointId, intent, createdAt }] : [];
