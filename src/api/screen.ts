/**
 * The lock screen as the core API confirmed it, with the budgets and places that decide what is on
 * it. Reads only.
 */
import * as z from "zod";
import { pushRequest, streamContentState } from "../destinations/activitysmith/contract.ts";
import { toWire } from "../destinations/activitysmith/to-wire.ts";
import { CALL_NAMES } from "../model/command.ts";
import type { Command } from "../model/command.ts";
import { hasLeft } from "../model/card/has-left.ts";
import type { StreamRecord } from "../model/card/stream.ts";
import type { AdminDeps } from "./deps.ts";
import { isoTime, isoTimeOrNull, time } from "./routing/models.ts";
import { none, route } from "./routing/route.ts";

const LOOKED_AT_COMMANDS = 100;
const SHOWN_PUSHES = 5;
/** Older pushes have been read or swiped away. */
const PUSH_MS = 12 * 60 * 60_000;
const CALL_WINDOW_MS = 60_000;

const activity = z
  .strictObject({
    stream_key: z.string(),
    track_id: z.string().nullable(),
    content_state: streamContentState.nullable().describe("What the core API confirmed last."),
    buttons: z.array(z.string()),
    actions: z
      .array(z.strictObject({ title: z.string(), type: z.literal("open_url"), url: z.string() }))
      .describe("The buttons with what they open."),
    confirmed_at: time.nullable(),
  })
  .meta({ id: "ScreenActivity" });

const shownPush = z
  .strictObject({ command_id: z.string(), at: time, body: pushRequest })
  .meta({ id: "ScreenPush" });

const accountView = z
  .strictObject({
    account: z.string(),
    calls: z.strictObject({ used: z.number().int(), limit: z.number().int() }),
    places: z.strictObject({ used: z.number().int(), limit: z.number().int() }),
    pause: z.strictObject({ reason: z.string(), until: time }).nullable(),
  })
  .meta({ id: "ScreenAccount" });

const waiting = z
  .strictObject({
    command_id: z.string(),
    call: z.enum(Object.values(CALL_NAMES)),
    what: z.string(),
    why: z.string(),
    since: time,
    not_before: time,
  })
  .meta({ id: "ScreenWaiting" });

const screenView = z
  .strictObject({
    activities: z.array(activity).describe("Those that are alive as far as we know, newest first."),
    pushes: z.array(shownPush).describe("The last ones that were sent, newest first."),
    accounts: z.array(accountView),
    waiting: z.array(waiting).describe("What is not sent yet, the oldest first, and why."),
    dead: z.number().int().describe("How many of the newest commands are dead."),
  })
  .meta({ id: "Screen" });

export type ScreenView = z.input<typeof screenView>;

export const screenOperations = (deps: AdminDeps) => ({
  getScreen: route(
    {
      method: "get",
      path: "/api/v1/screen",
      operation: "getScreen",
      tag: "Screen",
      summary: "The lock screen as we believe it to be, and who waits for it and why",
      params: none,
      query: none,
      body: none,
      success: { status: 200, description: "The picture.", schema: screenView },
    },
    () => readScreen(deps),
  ),
});

async function readScreen(deps: AdminDeps): Promise<ScreenView> {
  const { store, clock } = deps;
  const limit = LOOKED_AT_COMMANDS;
  const [accounts, done, pending, sending, dead] = await Promise.all([
    store.listAccounts(),
    store.listCommands({ limit, status: "done" }),
    store.listCommands({ limit, status: "pending" }),
    store.listCommands({ limit, status: "sending" }),
    store.listCommands({ limit, status: "dead" }),
  ]);
  const now = clock.now();
  const streams = await streamsOf(deps, accounts);
  return {
    activities: activitiesOf([...streams.values()], done.rows),
    pushes: done.rows.flatMap((it) => pushOf(it, now)).slice(0, SHOWN_PUSHES),
    accounts: accounts.map((it) => accountOf(it, streams, now)),
    waiting: [...pending.rows, ...sending.rows].map(waitingOf).toReversed(),
    dead: dead.rows.length,
  };
}

type Accounts = Awaited<ReturnType<AdminDeps["store"]["listAccounts"]>>;
type Streams = ReadonlyMap<string, StreamRecord>;

/** Whatever may be on a screen holds a place, so the places name the streams to look at. */
async function streamsOf({ store }: AdminDeps, accounts: Accounts): Promise<Streams> {
  const places = accounts.flatMap(({ state }) => state.slots);
  const streams = await Promise.all(places.map(({ streamKey }) => store.findStream(streamKey)));
  return new Map(streams.flatMap((it) => (it ? [[it.streamKey, it]] : [])));
}

function accountOf(
  { account, state }: Accounts[number],
  streams: Streams,
  now: number,
): z.input<typeof accountView> {
  const { pause } = state;
  const taken = state.slots.filter((slot) => !hasLeft(slot, streams.get(slot.streamKey)));
  return {
    account,
    calls: {
      used: state.calls.filter((at) => at > now - CALL_WINDOW_MS).length,
      limit: state.limit,
    },
    places: { used: taken.length, limit: state.slotLimit },
    pause:
      pause && pause.until > now ? { reason: pause.reason, until: isoTime(pause.until) } : null,
  };
}

function activitiesOf(
  streams: readonly StreamRecord[],
  done: readonly Command[],
): ScreenView["activities"] {
  return streams
    .filter(({ alive }) => alive)
    .toSorted((a, b) => (b.confirmedAt ?? 0) - (a.confirmedAt ?? 0))
    .map((stream) => {
      const last = done.find(({ streamKey }) => streamKey === stream.streamKey);
      return {
        stream_key: stream.streamKey,
        track_id: last?.trackId ?? null,
        content_state: contentStateOf(stream),
        buttons: (stream.confirmedState?.buttons ?? []).map(({ title }) => title),
        actions: (stream.confirmedState?.buttons ?? []).map((it) => ({
          ...it,
          type: "open_url" as const,
        })),
        confirmed_at: isoTimeOrNull(stream.confirmedAt),
      };
    });
}

function contentStateOf({ streamKey, confirmedState: picture }: StreamRecord) {
  const call = picture && toWire({ kind: "show", streamKey, picture });
  return call?.call === "stream_update" ? call.body.content_state : null;
}

function pushOf(command: Command, now: number): ScreenView["pushes"] {
  const { intent, id, settledAt, createdAt } = command;
  const at = settledAt ?? createdAt;
  const call = toWire(intent);
  if (call.call !== "push" || at < now - PUSH_MS) return [];
  return [{ command_id: id, at: isoTime(at), body: call.body }];
}

function waitingOf(command: Command): ScreenView["waiting"][number] {
  return {
    command_id: command.id,
    call: CALL_NAMES[command.intent.kind],
    what: titleOf(command),
    why: whyOf(command),
    since: isoTime(command.createdAt),
    not_before: isoTime(command.notBefore),
  };
}

function whyOf({ status, reason, intent, attempts }: Command): string {
  if (status === "sending") return "It is being sent.";
  if (reason !== null) return reason;
  return intent.kind === "end" && attempts === 0 ? "It leaves the screen" : "Its turn comes.";
}

/** What a person would call it: the title that it shows or says. */
function titleOf({ intent }: Command): string {
  switch (intent.kind) {
    case "push":
      return `Push: ${intent.title}`;
    case "show":
      return `Live Activity: ${intent.picture.title}`;
    case "end":
      return `End of the Live Activity: ${intent.picture?.title ?? intent.streamKey}`;
    case "metric":
      return `Metric: ${intent.metricKey}`;
    case "badge":
      return "Badge";
  }
}
