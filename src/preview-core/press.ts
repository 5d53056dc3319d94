/**
 * A finger on a webhook button: calls its https URL as the API's backend would. Opens no URL itself
 * and reads no answer's body.
 */
import type { Action } from "../destinations/activitysmith/contract.ts";
import type { PreviewState, Press } from "./screen/lock-screen.ts";

const TIMEOUT_MS = 10_000;

/**
 * The button number `index` (0 is the primary one) of the activity or push with this id; undefined
 * where there is none.
 */
export function findAction(state: PreviewState, id: string, index: number): Action | undefined {
  const activity = state.activities.find((it) => it.id === id);
  const push = state.pushes.find((it) => it.id === id);
  return (activity?.actions ?? push?.body.actions)?.[index];
}

export function withPress(state: PreviewState, id: string, press: Press): PreviewState {
  const add = <Item extends { id: string }>(item: Item) =>
    item.id === id ? { ...item, press } : item;
  return { ...state, activities: state.activities.map(add), pushes: state.pushes.map(add) };
}

/** Calls a webhook action: POST with its body as JSON, or GET without. Follows no redirect. */
export async function callWebhook(
  action: Action,
  fetch: typeof globalThis.fetch,
  now: () => number,
): Promise<Press> {
  const method = action.method ?? "POST";
  const hasBody = method === "POST" && action.body !== undefined;
  const result = await fetch(action.url, {
    method,
    redirect: "manual",
    signal: AbortSignal.timeout(TIMEOUT_MS),
    ...(hasBody && {
      headers: { "content-type": "application/json" },
      body: JSON.stringify(action.body),
    }),
  }).catch((error: unknown) => ({ unreachable: error }));
  const pressed = { at: now(), title: action.title };
  if ("unreachable" in result) {
    const timeout =
      result.unreachable instanceof Error && result.unreachable.name === "TimeoutError";
    return { ...pressed, ok: false, detail: timeout ? "no answer in 10 s" : "not reachable" };
  }
  await result.body?.cancel();
  return { ...pressed, ok: result.ok, detail: `answered ${result.status}` };
}
