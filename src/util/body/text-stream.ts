/** Texts one after the other as a stream of bytes. */

/** Reads on as fast as it is read. Where a text cannot be had, the stream breaks off. */
export function textStream(texts: AsyncIterable<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const all = texts[Symbol.asyncIterator]();
  return new ReadableStream({
    pull: async (controller) => {
      const next = await all.next();
      if (next.done) controller.close();
      else controller.enqueue(encoder.encode(next.value));
    },
    cancel: async () => void (await all.return?.()),
  });
}
