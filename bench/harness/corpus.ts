/**
 * The deliveries that are sent: GitHub's `deployment_status` of about 10 KB, as recorded, of many
 * deployments.
 */
import { createHmac, randomUUID } from "node:crypto";
import * as z from "zod";
import { httpFixture } from "../../src/cli/recordings.ts";

/** Every request takes the next body, so that no cache or branch predictor lives on one. */
const BODIES = 200;
const PROJECTS = 20;

const recorded = httpFixture("github", "deployment_status__preview-success");
const payload = z.looseObject({
  deployment: z.looseObject({ id: z.number() }),
  repository: z.looseObject({ id: z.number(), name: z.string() }),
});

export interface Corpus {
  /** The whole request as bytes, with a delivery id that was never used before. */
  readonly next: () => Buffer;
}

/**
 * Requests to `path`, signed with `secret` as GitHub signs: over the body, which is why the id may
 * be a fresh one each time.
 */
export function corpusFor(path: string, secret: string): Corpus {
  const bodies = Array.from({ length: BODIES }, (_, index) => Buffer.from(bodyOf(index)));
  const heads = bodies.map((body) => headOf(path, secret, body));
  const series = randomUUID().slice(0, 24);
  let sent = 0;
  return {
    next: () => {
      const index = sent % BODIES;
      const id = `${series}${(sent++).toString(16).padStart(12, "0")}`;
      const body = bodies[index] ?? Buffer.alloc(0);
      return Buffer.concat([Buffer.from(`${heads[index]}x-github-delivery: ${id}\r\n\r\n`), body]);
    },
  };
}

function bodyOf(index: number): string {
  const json = payload.parse(JSON.parse(recorded.body));
  json.deployment.id += index;
  json.repository.id += index % PROJECTS;
  return JSON.stringify(json);
}

function headOf(path: string, secret: string, body: Buffer): string {
  const signature = createHmac("sha256", secret).update(body).digest("hex");
  const headers = {
    host: "127.0.0.1",
    accept: "*/*",
    "content-type": "application/json",
    "content-length": String(body.length),
    "user-agent": recorded.headers["user-agent"] ?? "",
    "x-github-event": "deployment_status",
    "x-github-hook-id": "530012345",
    "x-hub-signature-256": `sha256=${signature}`,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST ${path} HTTP/1.1\r\n${lines.join("")}`;
}
