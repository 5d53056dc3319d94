/** Reads a request's body as exact bytes within a limit. Decodes nothing. */
import { unfinishedBodies } from "./body-budget.ts";
import type { BodyBudget } from "./body-budget.ts";

/** GitHub's own cap for a delivery, the largest of the providers', in bytes. */
export const MAX_DELIVERY_BYTES = 25 * 1024 * 1024;

/**
 * The bytes, or why there are none: `too_large` past the limit, `unreadable` where the sender broke
 * off, `no_room` where all unfinished bodies together took too much memory.
 */
export type Body = Uint8Array | "too_large" | "unreadable" | "no_room";

/** `too_large` as soon as more than `maxBytes` are announced or come. */
export async function readBody(
  request: Request,
  maxBytes: number,
  budget: BodyBudget = unfinishedBodies,
): Promise<Body> {
  const announced = request.headers.get("content-length");
  if (announced !== null && Number(announced) > maxBytes) return "too_large";
  try {
    return request.body ? await readLimited(request.body, maxBytes, budget) : new Uint8Array();
  } catch {
    return "unreadable";
  }
}

async function readLimited(
  body: ReadableStream<Uint8Array>,
  maxBytes: number,
  budget: BodyBudget,
): Promise<Body> {
  const evicted = Promise.withResolvers<"no_room">();
  const share = budget.begin(() => evicted.resolve("no_room"));
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for (;;) {
      const read = await Promise.race([evicted.promise, reader.read()]);
      if (read === "no_room") return await given(reader, read);
      if (read.done) return joined(chunks, size);
      size += read.value.byteLength;
      if (size > maxBytes) return await given(reader, "too_large");
      chunks.push(read.value);
      share.add(read.value.byteLength);
    }
  } finally {
    share.end();
  }
}

async function given<Why>(reader: ReadableStreamDefaultReader, why: Why): Promise<Why> {
  await reader.cancel();
  return why;
}

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}
