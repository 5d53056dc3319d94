/** What an endpoint heard of lately and what it shows now, for its forms. Reads only. */
import { ApiError } from "../../api/routing/api-error.ts";
import type { EndpointView } from "../../api/models/endpoint-models.ts";
import type { ProviderView } from "../../api/providers.ts";
import type { ConsoleDeps } from "../deps.ts";
import { ask } from "./ask.ts";
import type { Known } from "../views/parts/settings-fields.ts";

/** Names in so many of its newest deliveries are offered. */
const LOOKED_AT = 100;

export async function knownOf(
  { operations }: ConsoleDeps,
  endpoint: string,
  provider: ProviderView | undefined,
): Promise<Known> {
  const query = { endpoint, limit: LOOKED_AT };
  const { data } = await ask(operations.listDeliveries, { query });
  const names = (pick: (it: (typeof data)[number]) => string | null) => [
    ...new Set(data.flatMap((it) => pick(it) ?? [])),
  ];
  return {
    projects: names((it) => it.project),
    environments: names((it) => it.environment),
    branches: names((it) => it.branch),
    events: [...new Set([...names((it) => it.event), ...(provider?.recommended ?? [])])],
  };
}

/** Titles of an endpoint's cards that are on the screen: what deleting it ends. */
export async function shownBy(
  { operations }: ConsoleDeps,
  { id }: Pick<EndpointView, "id">,
): Promise<string[]> {
  const { activities } = await ask(operations.getScreen);
  const titles = activities.map(async ({ track_id: track, content_state: state }) => {
    if (track === null || state === null) return [];
    const found = await operations.getTrack.handle({ params: { id: track } });
    return !(found instanceof ApiError) && found.endpoint_id === id ? [state.title] : [];
  });
  return (await Promise.all(titles)).flat();
}
