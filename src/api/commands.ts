/** Commands: the outbox, what became of each, and the way back for dead ones. */
import * as z from "zod";
import { COMMAND_STATUSES } from "../model/command.ts";
import type { CallRecord } from "../model/call-record.ts";
import type { Command, CommandAttempt, CommandWithAttempts } from "../model/command.ts";
import { callOf, coreCallView } from "./models/core-call.ts";
import type { AdminDeps } from "./deps.ts";
import {
  durationMs,
  idParams,
  isoTime,
  isoTimeOrNull,
  listAnswer,
  listOf,
  pageQuery,
  time,
} from "./routing/models.ts";
import { apiError } from "./routing/api-error.ts";
import { none, route } from "./routing/route.ts";

/**
 * One call of the bulk retry makes at most this many pending again: it must end within a request.
 */
const BULK_LIMIT = 1_000;
const BULK_PAGE = 200;

export const command = z
  .strictObject({
    id: z.string(),
    endpoint_id: z.string().describe("`none` where an operator queued it."),
    delivery_id: z
      .string()
      .nullable()
      .describe(
        "Null where no delivery asked for it: a run settled by time, a roll-up, a queued command.",
      ),
    track_id: z.string().nullable(),
    account: z.string().describe("Whose budget it draws on."),
    ...coreCallView,
    priority: z.number().int().describe("Smaller goes first."),
    status: z.enum(COMMAND_STATUSES),
    reason: z.string().nullable(),
    attempts: z.number().int(),
    possible_repeat: z.boolean().describe("Sent once without an answer, and then sent again."),
    not_before: time,
    created_at: time,
    settled_at: time.nullable(),
  })
  .meta({ id: "Command" });

const attemptFields = {
  at: time,
  duration_ms: durationMs,
  status: z.number().int().nullable().describe("HTTP status; null where no answer came."),
  outcome: z.string(),
  answer: z.string().nullable(),
};

const attempt = z.strictObject(attemptFields).meta({ id: "CommandAttempt" });

const callRecord = z
  .strictObject({
    id: z.number().int().describe("Goes up with time."),
    command_id: z.string(),
    delivery_id: z.string().nullable().describe("Null where no delivery asked for it."),
    ...attemptFields,
    sent: z
      .strictObject(coreCallView)
      .nullable()
      .describe("What was asked for; null where it was not recorded."),
  })
  .meta({ id: "CallRecord" });

export type CallModel = z.input<typeof callRecord>;

export type CommandModel = z.input<typeof command>;

export const commandWithAttempts = command
  .extend({ attempt_log: z.array(attempt) })
  .meta({ id: "CommandWithAttempts" });

const retried = z
  .strictObject({ id: z.string(), status: z.literal("pending") })
  .meta({ id: "RetriedCommand" });

const bulkRetry = z
  .strictObject({
    status: z.literal("dead").optional(),
    reason: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .describe("Only those whose reason begins with this, e.g. `404`."),
  })
  .refine(({ status, reason }) => status !== undefined || reason !== undefined, {
    error: 'say which: {"status":"dead"} for all dead ones, or {"reason":"404"} for some',
  })
  .meta({ id: "BulkRetry" });

const bulkRetried = z
  .strictObject({
    retried: z.number().int(),
    more: z.boolean().describe("There are further ones: call again."),
  })
  .meta({ id: "BulkRetried" });

const CALLS_PAGE =
  "A page. One of old calls looks through 5,000 of all tracks: it may be short, and its next_cursor goes on behind them.";

/** What was called for a track's card, one after the other: what it showed when. */
const listCalls = (deps: AdminDeps) =>
  route(
    {
      method: "get",
      path: "/api/v1/tracks/{id}/calls",
      operation: "listCalls",
      tag: "Tracks",
      summary: "The calls that were made for a track's card, newest first",
      params: idParams,
      query: z.strictObject({
        ...pageQuery,
        since: time.optional().describe("Only those made at this time or later."),
        until: time.optional().describe("Only those made before this time."),
      }),
      body: none,
      success: { status: 200, description: CALLS_PAGE, schema: listOf(callRecord) },
      refusals: [404],
    },
    async ({ params, query: { since, until, ...page } }) => {
      const { rows } = await deps.store.listTracks({ limit: 1, trackId: params.id });
      const [track] = rows;
      if (!track) return apiError(404, "not_found", "There is no such track; see /api/v1/tracks.");
      const asked = { ...page, since: msOf(since), until: msOf(until) };
      return listAnswer(await deps.store.listCalls(track.streamKey, asked), callRecordOf);
    },
  );

const msOf = (at: string | undefined): number | undefined =>
  at === undefined ? undefined : Date.parse(at);

const COMMANDS = { tag: "Commands", query: none } as const;

export const commandOperations = (deps: AdminDeps) => ({
  listCalls: listCalls(deps),
  listCommands: listCommands(deps),
  getCommand: getCommand(deps),
  retryDeadCommands: retryDeadCommands(deps),
  retryCommand: retryCommand(deps),
});

const listCommands = (deps: AdminDeps) =>
  route(
    {
      ...COMMANDS,
      method: "get",
      path: "/api/v1/commands",
      operation: "listCommands",
      summary: "The outbox and what became of it, newest first",
      params: none,
      query: z.strictObject({ ...pageQuery, status: z.enum(COMMAND_STATUSES).optional() }),
      body: none,
      success: { status: 200, description: "A page.", schema: listOf(command) },
    },
    async ({ query }) => listAnswer(await deps.store.listCommands(query), commandOf),
  );

const getCommand = (deps: AdminDeps) =>
  route(
    {
      ...COMMANDS,
      method: "get",
      path: "/api/v1/commands/{id}",
      operation: "getCommand",
      summary: "One command and every attempt to send it",
      params: idParams,
      body: none,
      success: { status: 200, description: "The command.", schema: commandWithAttempts },
      refusals: [404],
    },
    async ({ params: { id } }) => {
      const found = await deps.store.findCommand({ id });
      if (found) return commandWithAttemptsOf(found);
      return apiError(
        404,
        "not_found",
        "There is no command with this id; see GET /api/v1/commands.",
      );
    },
  );

const retryCommand = (deps: AdminDeps) =>
  route(
    {
      ...COMMANDS,
      method: "post",
      path: "/api/v1/commands/{id}/retry",
      operation: "retryCommand",
      summary: "Make a dead or skipped command pending again",
      params: idParams,
      body: none,
      success: { status: 202, description: "It waits for its turn.", schema: retried },
      refusals: [404],
    },
    async ({ params: { id } }) => {
      if (!(await deps.store.retryCommand(id, deps.clock.now()))) {
        return apiError(
          404,
          "not_found",
          "There is no dead or skipped command with this id that is still wanted; see GET /api/v1/commands.",
        );
      }
      deps.waker.wake("commands");
      return { id, status: "pending" as const };
    },
  );

const retryDeadCommands = (deps: AdminDeps) =>
  route(
    {
      ...COMMANDS,
      method: "post",
      path: "/api/v1/commands/retry",
      operation: "retryDeadCommands",
      summary: `Make up to ${BULK_LIMIT} dead commands pending again`,
      params: none,
      body: bulkRetry,
      success: { status: 202, description: "They wait for their turn.", schema: bulkRetried },
    },
    async ({ body: { reason } }) => {
      const { ids, more } = await idsOf(deps, reason);
      let count = 0;
      for (const id of ids) {
        if (await deps.store.retryCommand(id, deps.clock.now())) count++;
      }
      deps.waker.wake("commands");
      return { retried: count, more };
    },
  );

/**
 * All ids are read before the first is retried: one that dies again at once must not be met again.
 */
async function idsOf(deps: AdminDeps, reason = ""): Promise<{ ids: string[]; more: boolean }> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await deps.store.listCommands({ status: "dead", limit: BULK_PAGE, cursor });
    const meant = page.rows.filter((row) => (row.reason ?? "").startsWith(reason));
    ids.push(...meant.map(({ id }) => id));
    cursor = page.next;
  } while (cursor !== undefined && ids.length < BULK_LIMIT);
  return { ids, more: cursor !== undefined };
}

export function commandOf(row: Command): z.input<typeof command> {
  return {
    id: row.id,
    endpoint_id: row.endpointId,
    delivery_id: row.deliveryId,
    track_id: row.trackId,
    account: row.account,
    ...callOf(row.intent),
    priority: row.priority,
    status: row.status,
    reason: row.reason,
    attempts: row.attempts,
    possible_repeat: row.possibleRepeat,
    not_before: isoTime(row.notBefore),
    created_at: isoTime(row.createdAt),
    settled_at: isoTimeOrNull(row.settledAt),
  };
}

export function commandWithAttemptsOf(
  row: CommandWithAttempts,
): z.input<typeof commandWithAttempts> {
  return {
    ...commandOf(row),
    attempt_log: row.attemptLog.map(attemptViewOf),
  };
}

function attemptViewOf({ at, durationMs, status, outcome, answer }: CommandAttempt) {
  return { at: isoTime(at), duration_ms: durationMs, status, outcome, answer };
}

function callRecordOf(it: CallRecord): CallModel {
  return {
    id: it.id,
    command_id: it.commandId,
    delivery_id: it.deliveryId,
    ...attemptViewOf(it),
    sent: it.sent ? callOf(it.sent) : null,
  };
}
