/**
 * What happened since: the news by which pages and followers notice that something moved. What was
 * stored in the last seconds may come again; its `id` tells a repeated one.
 */
import * as z from "zod";
import type { StoreEvent } from "../../model/call-record.ts";
import type { AdminDeps } from "../deps.ts";
import { isoTime, time } from "../routing/models.ts";
import { none, route } from "../routing/route.ts";

/** How many deliveries and calls one answer tells of at most. */
const LIMIT = 200;

const event = z
  .strictObject({
    id: z
      .string()
      .describe("The same for the same event, so that a second telling can be dropped."),
    type: z.enum(["delivery", "call"]),
    subject: z.string().describe("Id of the delivery, or of the command that a call was made for."),
    status: z.string().describe("Of the delivery, or how the call was answered."),
    endpoint_id: z.string().nullable().describe("Null for a call."),
    at: time,
  })
  .meta({ id: "Event" });

const eventsAnswer = z
  .strictObject({
    data: z.array(event).describe("Oldest first."),
    cursor: z.string().describe("The `after` of the next question."),
    more: z.boolean().describe("There are further ones: ask again with the cursor."),
  })
  .meta({ id: "Events" });

export type EventsAnswer = z.input<typeof eventsAnswer>;

const query = z.strictObject({
  after: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe("The `cursor` of the answer before; without it only a cursor is answered."),
});

export const eventOperations = (deps: AdminDeps) => ({
  listEvents: route(
    {
      method: "get",
      path: "/api/v1/events",
      operation: "listEvents",
      tag: "Events",
      summary: "What happened since; with `Accept: text/event-stream` a stream, on Node",
      params: none,
      query,
      body: none,
      success: { status: 200, description: "The news.", schema: eventsAnswer },
    },
    ({ query: { after } }) => readEvents(deps, after),
  ),
});

export async function readEvents(
  { store, clock }: Pick<AdminDeps, "store" | "clock">,
  after: string | undefined,
): Promise<EventsAnswer> {
  const { events, next } = await store.eventsAfter(after, { limit: LIMIT, now: clock.now() });
  return { data: events.map(eventOf), cursor: next, more: events.length >= LIMIT };
}

/** The status is part of the id: a delivery that was read since is news again. */
function eventOf(it: StoreEvent): EventsAnswer["data"][number] {
  const at = isoTime(it.at);
  if (it.kind === "delivery") {
    const { id, status, endpointId } = it;
    return {
      id: `${id}:${status}`,
      type: "delivery",
      subject: id,
      status,
      endpoint_id: endpointId,
      at,
    };
  }
  const { commandId, outcome } = it.call;
  return { id: it.id, type: "call", subject: commandId, status: outcome, endpoint_id: null, at };
}
