/**
 * What a gateway's outbox holds when all is over: read through its store, changed by nobody here.
 */
import type { Command } from "../../../src/model/command.ts";
import type { Store } from "../../../src/store/port.ts";

const PAGE = 200;

/** Every command there has been, oldest first. */
export async function allCommands(store: Store): Promise<readonly Command[]> {
  const commands: Command[] = [];
  for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
    const page = await store.listCommands({ limit: PAGE, cursor });
    commands.push(...page.rows);
    cursor = page.next;
  }
  return commands.toSorted((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
}

/** The last thing that was wanted of each stream. */
export function lastWanted(commands: readonly Command[]): ReadonlyMap<string, Command> {
  const last = new Map<string, Command>();
  for (const command of commands) if (command.streamKey) last.set(command.streamKey, command);
  return last;
}

export const isFailurePush = ({ intent }: Pick<Command, "intent">): boolean =>
  intent.kind === "push" && intent.title.endsWith("failed");
