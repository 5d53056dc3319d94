/**
 * What a call falls back to where the core API refuses it as it is: without its tags, in its plainest form, an ending
 * without a last picture. The reason for which a command waits says which, so that the next try knows. Pure.
 */
import type { CoreCall, StreamContentState } from "../destinations/activitysmith/contract.ts";
import type { CoreResult } from "../destinations/activitysmith/client.ts";

const UNTAGGED = "goes again without its tags";
const PLAIN = "goes again in its plainest form";
const BARE = "goes again without a last picture";

type Rejected = Extract<CoreResult, { kind: "rejected" }>;

/** The call as it is to be sent, given why its command waited. */
export function inForm(call: CoreCall, reason: string | null): CoreCall {
  if (reason?.startsWith(UNTAGGED)) return untagged(call);
  if (reason?.startsWith(PLAIN) && call.call === "stream_update") return plain(call);
  if (reason?.startsWith(BARE) && call.call === "stream_end") return { ...call, body: {} };
  return call;
}

/** Why the command goes again in a plainer form than this; undefined where there is none. */
export function plainerReason(sent: CoreCall, answer: Rejected): string | undefined {
  const words = `(${answer.status}: ${answer.message})`;
  if (sent.call === "stream_end") return isBare(sent) ? undefined : `${BARE} ${words}`;
  if (answer.isForTags && hasTags(sent)) return `${UNTAGGED} ${words}`;
  if (sent.call !== "stream_update" || answer.status !== 400) return undefined;
  return isPlain(sent) ? undefined : `${PLAIN} ${words}`;
}

/** An ending that nothing can be left out of any more. */
export const isBare = (call: CoreCall): boolean =>
  call.call === "stream_end" && Object.keys(call.body).length === 0;

const hasTags = (call: CoreCall): boolean =>
  (call.call === "push" || call.call === "stream_update") && (call.body.tags ?? []).length > 0;

/** A field that is undefined is not sent. */
function untagged(call: CoreCall): CoreCall {
  if (call.call === "push") return { ...call, body: { ...call.body, tags: undefined } };
  if (call.call === "stream_update") return { ...call, body: { ...call.body, tags: undefined } };
  return call;
}

type Update = Extract<CoreCall, { call: "stream_update" }>;

/** Only what the API cannot do without, to the same people. */
function plain(call: Update): Update {
  const { content_state: state, channels, target } = call.body;
  const body = {
    content_state: plainest(state),
    ...(channels && { channels }),
    ...(target && { target }),
  };
  return { ...call, body };
}

function plainest(state: StreamContentState): StreamContentState {
  const { type, title, number_of_steps, current_step } = state;
  return {
    ...(type && { type }),
    title,
    ...(number_of_steps !== undefined && { number_of_steps }),
    ...(current_step !== undefined && { current_step }),
  };
}

/** Its plainest form leaves nothing out. */
function isPlain({ body }: Update): boolean {
  const { content_state: state, action, secondary_action, alert, tags } = body;
  const isBodyPlain = [action, secondary_action, alert, tags].every((it) => it === undefined);
  return isBodyPlain && Object.keys(state).length === Object.keys(plainest(state)).length;
}
