/** SHA-256. Pure. */
import { createHash } from "node:crypto";

/** Lower-case hex SHA-256 of these parts one after the other, texts as UTF-8. */
export function sha256Hex(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
}
