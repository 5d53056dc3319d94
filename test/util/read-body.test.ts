/** Reading a body: exact bytes, within the limit, whatever the sender announces. */
import { describe, expect, test } from "vitest";
import { readBody } from "../../src/util/body/read-body.ts";

const BYTES = Uint8Array.from([0, 255, 0xf0, 0x9f, 13, 10]);

interface Sent {
  readonly body?: BodyInit | null;
  readonly length?: string;
}
function request({ body = null, length }: Sent): Request {
  const init = {
    method: "POST",
    headers: length === undefined ? {} : { "content-length": length },
    body,
    // Node takes a stream as a body only with this, which the DOM's types do not know.
    duplex: "half",
  };
  return new Request("http://gateway.invalid/hooks/ep_1", init);
}

/** A chunked body that tells how much of it was asked for and whether it was canceled. */
function chunked(...chunks: readonly Uint8Array<ArrayBuffer>[]) {
  const seen = { pulled: 0, canceled: false };
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      pull: (controller) => {
        const chunk = chunks[seen.pulled++];
        if (chunk) controller.enqueue(chunk);
        else controller.close();
      },
      cancel: () => {
        seen.canceled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { body, seen };
}

test.each([
  ["of announced length", () => ({ body: BYTES, length: "6" })],
  ["of unknown length", () => ({ body: chunked(BYTES.slice(0, 3), BYTES.slice(3)).body })],
])("gives the exact bytes of a body %s, up to the limit", async (_, sent) => {
  expect(await readBody(request(sent()), BYTES.length)).toEqual(BYTES);
});

test("gives no bytes where there is no body", async () => {
  expect(await readBody(request({}), 10)).toEqual(new Uint8Array());
  expect(await readBody(request({ length: "0" }), 10)).toEqual(new Uint8Array());
});

describe("too large", () => {
  test("by what is announced, before anything is read", async () => {
    const { body, seen } = chunked(BYTES);
    expect(await readBody(request({ body, length: "7" }), 6)).toBe("too_large");
    expect(seen.pulled).toBe(0);
  });

  test("by what comes: reading stops there", async () => {
    const { body, seen } = chunked(BYTES, BYTES, BYTES, BYTES);
    expect(await readBody(request({ body }), 11)).toBe("too_large");
    expect(seen).toEqual({ pulled: 2, canceled: true });
  });
});

test.each([{ length: "6" }, {}])("is unreadable where the sender breaks off: %j", async (sent) => {
  const body = new ReadableStream({
    pull: (controller) => {
      controller.error(new Error("reset"));
    },
  });
  expect(await readBody(request({ ...sent, body }), 10)).toBe("unreadable");
});
