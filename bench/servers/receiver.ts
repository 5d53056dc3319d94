/**
 * A webhook receiver as one writes it with Hono: read, verify, parse, and whatever `take` does.
 * Stores nothing itself.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { serve } from "@hono/node-server";
import { Hono } from "hono";

export interface ReceivedWebhook {
  readonly event: string;
  readonly deliveryId: string;
  readonly payload: unknown;
}

export interface ReceiverSteps {
  readonly verify: boolean;
  readonly parse: boolean;
  /** Answers the id of what it stored. */
  readonly take?: (webhook: ReceivedWebhook) => Promise<string>;
}

const SECRET = process.env["BENCH_SECRET"] ?? "";
const PREFIX = "sha256=";

/** Listens on a free port of 127.0.0.1 and tells the benchmark which. */
export async function startReceiver({ verify, parse, take }: ReceiverSteps): Promise<void> {
  const app = new Hono();
  app.post("/hooks", async (c) => {
    const body = Buffer.from(await c.req.arrayBuffer());
    if (verify && !isSigned(body, c.req.header("x-hub-signature-256") ?? ""))
      return c.json({ error: "verification_failed" }, 401);
    const payload: unknown = parse ? JSON.parse(body.toString("utf8")) : undefined;
    const event = c.req.header("x-github-event") ?? "";
    const deliveryId = c.req.header("x-github-delivery") ?? "";
    const id = await take?.({ event, deliveryId, payload });
    return c.json({ id });
  });
  const server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" });
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  process.send?.({ port: address.port });
}

function isSigned(body: Buffer, header: string): boolean {
  const signature = Buffer.from(header.slice(PREFIX.length), "hex");
  const expected = createHmac("sha256", SECRET).update(body).digest();
  return signature.length === expected.length && timingSafeEqual(signature, expected);
}
