/** Reads a request's body as exact bytes within a limit. Decodes nothing. */

/**
 * @returns the bytes; `too_large` as soon as more than `maxBytes` are announced or come;
 *   `unreadable` where the sender
 * broke off
 */
export async function readBody(
  request: Request,
  maxBytes: number,
): Promise<Uint8Array | "too_large" | "unreadable"> {
  const announced = request.headers.get("content-length");
  if (announced !== null && Number(announced) > maxBytes) return "too_large";
  try {
    // With a Content-Length the server holds the sender to it; without one the limit must be
    // watched here.
    if (announced !== null) return new Uint8Array(await request.arrayBuffer());
    return request.body ? await readLimited(request.body, maxBytes) : new Uint8Array();
  } catch {
    return "unreadable";
  }
}

async function readLimited(
  body: ReadableStream<Uint8Array>,
  maxBytes: number,
): Promise<Uint8Array | "too_large"> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > maxBytes) return "too_large";
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}
