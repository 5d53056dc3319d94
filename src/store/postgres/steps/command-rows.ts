/** Commands that become pending, for every step that writes one. Postgres dialect. */
import { waitForAll } from "../../../util/async/wait-for-all.ts";
import type { NewCommand } from "../../../model/command.ts";
import { REASON, toCommandRow } from "../../rows/records.ts";
import { rowFormat } from "../../sql/statement.ts";
import { statement } from "../driver/statement.ts";
import type { Client } from "../driver/statement.ts";
import { commands } from "../schema.ts";

const COMMAND = rowFormat(commands);

const INSERT = `insert into commands (${COMMAND.list}) values (${COMMAND.parameters})`;

/** When it is due, where its stream was called a moment ago: it is not claimed in vain. */
const AT_A_DISTANCE = `greatest(:notBefore::bigint,
  (select confirmed_at + :spacingMs::bigint from streams where stream_key = :streamKey and alive))`;

const insertNew = statement(
  `insert into commands (${COMMAND.list})
   values (${COMMAND.parametersWith({ notBefore: AT_A_DISTANCE })})
   on conflict (dedupe_key) where dedupe_key is not null do nothing`,
);

const insertUnlessPending = statement(`${INSERT} on conflict do nothing`);

const SUPERSEDE = `update commands
  set status = 'superseded', reason = '${REASON.newerState}', settled_at = :now
  where stream_key = :streamKey and status = 'pending'`;

const supersede = statement(SUPERSEDE);

const supersedeIfNew = statement(
  `${SUPERSEDE} and not exists (select 1 from commands as it where it.dedupe_key = :dedupeKey)`,
);

/**
 * Puts a command into the place of the one that is pending on its stream. One whose dedupe key is
 * known already neither goes in nor supersedes another.
 */
export async function enqueue(tx: Client, command: NewCommand, now: number): Promise<void> {
  const { streamKey, dedupeKey } = command;
  const supersedePending = (key: string) =>
    dedupeKey === null
      ? supersede(tx, { streamKey: key, now })
      : supersedeIfNew(tx, { streamKey: key, dedupeKey, now });
  await waitForAll([
    streamKey === null ? undefined : supersedePending(streamKey),
    insertNew(tx, { ...toCommandRow(command), spacingMs: command.spacingMs ?? 0 }),
  ]);
}

/** Adds a command unless one is pending on its stream, which then is of a newer state. */
export async function followUp(tx: Client, command: NewCommand): Promise<void> {
  await insertUnlessPending(tx, { ...toCommandRow(command) });
}
