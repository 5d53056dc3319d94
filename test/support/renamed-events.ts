/**
 * Makes of a recorded delivery one of another event, wherever its adapter finds the event's name.
 */
import type { Adapter } from "../../src/adapter/contract.ts";
import { identify, lazyPayload } from "../../src/adapter/payload.ts";
import type { HttpFixture } from "./fixtures.ts";

export type Renamed = Pick<HttpFixture, "headers" | "body">;

/** A delivery whose event is exactly `name`; undefined where none can be made. */
export function asEvent(adapter: Adapter, fixture: Renamed, name: string): Renamed | undefined {
  return variants(fixture, name).find((variant) => eventOf(adapter, variant) === name);
}

/** A delivery of an event that the adapter has never heard of; undefined where none can be made. */
export function asUnknownEvent(adapter: Adapter, fixture: Renamed): Renamed | undefined {
  return variants(fixture, "unheard_of").find((variant) => {
    const event = eventOf(adapter, variant);
    if (event === undefined) return false;
    const context = { event, receivedAt: 0 };
    return adapter.read(payloadOf(variant), context).kind === "event_unknown";
  });
}

function eventOf(adapter: Adapter, delivery: Renamed): string | undefined {
  return identify(adapter, payloadOf(delivery))?.event;
}

function payloadOf({ headers, body }: Renamed) {
  return lazyPayload("json", body, (name) => headers[name]);
}

/**
 * The delivery with each of its headers, then each of its texts in the body, replaced by `name` in
 * turn.
 */
function variants(delivery: Renamed, name: string): Renamed[] {
  const { headers, body } = delivery;
  const texts = new Set<string>();
  JSON.parse(body, (_, value: unknown) => {
    if (typeof value === "string") texts.add(value);
    return value;
  });
  return [
    ...Object.keys(headers)
      .filter((header) => header !== "content-type")
      .map((header) => ({ body, headers: { ...headers, [header]: name } })),
    ...[...texts].map((text) => ({
      headers,
      body: JSON.stringify(
        JSON.parse(body, (_, value: unknown) => (value === text ? name : value)),
      ),
    })),
  ];
}
