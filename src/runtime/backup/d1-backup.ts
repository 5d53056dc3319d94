/** The backup of a Worker's database, as its admin API streams it. */
import type { DatabaseBackup } from "../../api/backup.ts";
import type { SqliteDriver } from "../../store/sqlite/driver/driver.ts";
import { VERSION } from "../../version.ts";
import { d1Rows, loadD1 } from "./d1.ts";
import { backupLines, backupRows, linesOf } from "./format.ts";
import type { Counts, TableRow } from "./format.ts";

export function d1Backup(driver: SqliteDriver, now: () => number): DatabaseBackup {
  return {
    lines: () => backupLines(d1Rows(driver), { madeAt: new Date(now()), program: VERSION }),
    restore: async (bytes) => {
      let counts: Counts = {};
      const rows = async function* (): AsyncGenerator<TableRow> {
        const read = backupRows(linesOf(decoded(bytes)));
        for (;;) {
          const next = await read.next();
          if (next.done) return void (counts = next.value);
          yield next.value;
        }
      };
      const leftOut = await loadD1(driver, rows(), now());
      return { rows: counts, leftOut };
    },
  };
}

async function* decoded(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const piece of bytes) yield decoder.decode(piece, { stream: true });
  yield decoder.decode();
}
