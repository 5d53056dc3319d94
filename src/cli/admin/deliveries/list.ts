/** `deliveries list`, with the search of the console. */
import {
  isSearched,
  parseSearch,
  startOf,
  storeText,
} from "../../../api/models/delivery-search.ts";
import type { Search } from "../../../api/models/delivery-search.ts";
import { command, usageError } from "../../terminal/command.ts";
import { gatewayApi } from "../client.ts";
import type { GatewayApi, GatewayFlags } from "../client.ts";
import { findEndpoint } from "../endpoints.ts";
import { page, summary } from "../models.ts";
import type { DeliverySummary } from "../models.ts";
import { counted, queryOf, table } from "../words.ts";

export interface DeliveryListFlags extends GatewayFlags {
  readonly endpoint?: string;
  readonly status?: string;
  readonly event?: string;
  readonly search?: string;
  readonly limit?: number;
}

const DEFAULT_LIMIT = 50;
const MOST = 200;
/** A search for what is not there ends after so many deliveries, and says so. */
const LOOKED_THROUGH = 20_000;

export const listDeliveries = command<DeliveryListFlags, []>(async (context, flags) => {
  const { limit = DEFAULT_LIMIT } = flags;
  const search = parseSearch(flags.search ?? "");
  if (search.problems.length > 0) throw usageError(search.problems.join("\n"));
  const api = gatewayApi(context, flags);
  const reference = flags.endpoint ?? search.terms.endpoint;
  const query = {
    endpoint: reference && (await findEndpoint(api, reference)).id,
    status: flags.status ?? search.terms.status,
    event: flags.event,
    q: storeText(search),
  };
  if (flags.search === undefined) {
    const path = `/api/v1/deliveries?${queryOf({ ...query, limit: String(limit) })}`;
    const found = await api.call(page(summary), "GET", path);
    return { json: found, text: listText(found.data, flags) };
  }
  const { rows, lookedThrough, isAll } = await searched(api, search, query, limit);
  const bound = isAll
    ? []
    : [`Only the newest ${counted(lookedThrough, "candidate")} were looked through.`];
  return {
    json: { data: rows, next_cursor: null, is_all: isAll },
    text: [listText(rows, flags), ...bound].join("\n"),
  };
});

/** The newest `limit` that are searched for; `isAll` is false where older ones were not looked at. */
async function searched(
  { call }: GatewayApi,
  search: Search,
  query: Readonly<Record<string, string | undefined>>,
  limit: number,
) {
  const rows: DeliverySummary[] = [];
  let lookedThrough = 0;
  let cursor = startOf(search);
  do {
    const asked = queryOf({ ...query, limit: String(MOST), cursor });
    const found = await call(page(summary), "GET", `/api/v1/deliveries?${asked}`);
    rows.push(...found.data.filter((it) => isSearched(search, it)));
    lookedThrough += found.data.length;
    cursor = found.next_cursor ?? undefined;
  } while (cursor !== undefined && rows.length < limit && lookedThrough < LOOKED_THROUGH);
  const isAll = cursor === undefined || rows.length >= limit;
  return { rows: rows.slice(0, limit), lookedThrough, isAll };
}

function listText(found: readonly DeliverySummary[], { status }: DeliveryListFlags): string {
  const rows = found.map((it) => [
    it.received_at,
    it.id,
    it.provider,
    it.event,
    it.detail === null ? it.status : `${it.status}: ${it.detail}`,
  ]);
  if (rows.length > 0) return table(rows);
  if (status !== "failed") return "No deliveries.";
  return "No deliveries: `--status failed` is what the gateway could not read. Runs that failed: `--search outcome:failed`.";
}
