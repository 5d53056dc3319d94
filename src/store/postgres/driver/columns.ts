/** Column types that the Postgres schema shares. Pure. */
import { bigint, customType } from "drizzle-orm/pg-core";

/**
 * Postgres text holds every character but NUL, which a sender may put into any body or JSON string.
 * NUL goes in as U+0001 "0" and U+0001 itself as U+0001 "1", so that what comes out is what went
 * in.
 */
export function toStoredText(text: string): string {
  return text.includes("\u0001") || text.includes("\u0000")
    ? text.replaceAll("\u0001", "\u00011").replaceAll("\u0000", "\u00010")
    : text;
}

export function fromStoredText(stored: string): string {
  return stored.includes("\u0001")
    ? stored.replaceAll("\u00010", "\u0000").replaceAll("\u00011", "\u0001")
    : stored;
}

/** Byte order: quicker than a language's, the same on every machine, and the order SQLite has. */
export const text = customType<{ data: string; driverData: string }>({
  dataType: () => 'text COLLATE "C"',
  toDriver: toStoredText,
  fromDriver: fromStoredText,
});

/**
 * JSON as text: nothing queries into it, and jsonb is several times slower to store and refuses
 * `\u0000`.
 */
export const json = customType<{ data: unknown; driverData: string }>({
  dataType: () => 'text COLLATE "C"',
  toDriver: (value) => JSON.stringify(value),
  fromDriver: (stored): unknown => JSON.parse(stored),
});

/** ms since the epoch. */
export const time = (name: string) => bigint(name, { mode: "number" });
