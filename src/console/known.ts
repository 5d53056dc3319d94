/** What an endpoint heard of lately and what it shows now, for its forms. Reads only. */
import type { EndpointView } from "../api/models/endpoint-models.ts";
import type { ProviderView } from "../api/providers.ts";
import type { ConsoleDeps } from "./deps.ts";
import { ask } from "./ask.ts";
import type { Known } from "./views/parts/settings-fields.ts";

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
  const [{ activities }, tracks] = await Promise.all([
    ask(operations.getScreen),
    ask(operations.listTracks, { query: { endpoint: id, limit: 200 } }),
  ]);
  const keys = new Set(tracks.data.map((it) => it.stream_key));
  return activities.flatMap(({ stream_key: key, content_state: state }) =>
    keys.has(key) && state ? [state.title] : [],
  );
}
