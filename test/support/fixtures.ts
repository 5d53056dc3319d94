/** Recorded deliveries and lifecycles, and what they are expected to mean. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Adapter } from "../../src/adapter/contract.ts";
import { FIXTURES } from "../../src/cli/recordings.ts";
import type { HttpFixture } from "../../src/cli/recordings.ts";
import { bodyFormat, identify, lazyPayload } from "../../src/adapter/payload.ts";
import type { Signal } from "../../src/model/signal.ts";

export * from "../../src/cli/recordings.ts";

/** The hand-written `.expected.json` beside a recorded delivery. */
export function expectedOf(provider: string, name: string): unknown {
  return JSON.parse(readFileSync(join(FIXTURES, provider, `${name}.expected.json`), "utf8"));
}

/** What the adapter says of a recorded delivery; none where it leaves the event alone. */
export function signalsOf(adapter: Adapter, fixture: HttpFixture): readonly Signal[] {
  const format = bodyFormat(fixture.headers["content-type"]) ?? "json";
  const payload = lazyPayload(format, fixture.body, (name) => fixture.headers[name]);
  const identity = identify(adapter, payload);
  if (!identity) throw new Error(`${fixture.name} does not tell its event`);
  const read = adapter.read(payload, { event: identity.event, receivedAt: 0 });
  if (read.kind === "payload_invalid")
    throw new Error(`${fixture.name}: ${read.issues.join("; ")}`);
  return read.kind === "signals" ? read.signals : [];
}
