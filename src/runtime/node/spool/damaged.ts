/**
 * Pieces of a spool that are no records any more: each kept in a file beside it, for whoever can
 * read more out of them.
 */
import { readdirSync, writeFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { crc32 } from "node:zlib";

/** Keeps each piece once, however often it is found. Throws where the disk cannot take it. */
export function keepDamaged(spoolPath: string, pieces: readonly Buffer[]): void {
  for (const piece of pieces) {
    const name = `${spoolPath}.damaged-${crc32(piece).toString(16).padStart(8, "0")}`;
    writeFileSync(name, piece, { mode: 0o600, flush: true });
  }
}

/** How many pieces are kept beside this spool; whoever has seen to one deletes its file. */
export function countDamaged(spoolPath: string): number {
  const start = `${basename(spoolPath)}.damaged-`;
  return readdirSync(dirname(spoolPath)).filter((name) => name.startsWith(start)).length;
}
