/** Which delivery is meant: an id, `last`, or a text such as a project's name. */
import { CliError } from "../../terminal/command.ts";
import type { GatewayApi } from "../client.ts";
import { delivery, deliveryDetail, page, refusedView } from "../models.ts";
import type { DeliveryDetail, RefusedView } from "../models.ts";
import { queryOf } from "../words.ts";

export async function findDelivery(api: GatewayApi, reference: string): Promise<DeliveryDetail> {
  return deliveryById(api, await deliveryId(api, reference));
}

export const deliveryById = ({ call }: GatewayApi, id: string): Promise<DeliveryDetail> =>
  call(deliveryDetail, "GET", `/api/v1/deliveries/${encodeURIComponent(id)}`);

/**
 * An id, `last`, or a text: then the newest delivery that has it. A search goes back a window a
 * page, so that a page may be empty and not the last.
 */
async function deliveryId({ call }: GatewayApi, reference: string): Promise<string> {
  if (reference.startsWith("dlv_")) return reference;
  const q = reference === "last" ? undefined : reference;
  let cursor: string | undefined;
  do {
    const query = queryOf({ limit: "1", q, cursor });
    const { data, next_cursor } = await call(page(delivery), "GET", `/api/v1/deliveries?${query}`);
    if (data[0]) return data[0].id;
    cursor = next_cursor ?? undefined;
  } while (cursor !== undefined);
  const nothing = q === undefined ? "Nothing has come in yet." : `No delivery has "${q}" in it.`;
  throw new CliError(nothing);
}

/** `refused_<endpoint>_<time>`, as the list of refused requests has it. */
const REFUSED = /^refused_(.+)_\d+$/;

export const isRefusedId = (reference: string): boolean => REFUSED.test(reference);

/** A request that was refused, by the id that lists show. */
export async function findRefused(api: GatewayApi, id: string): Promise<RefusedView> {
  const [, endpoint = ""] = REFUSED.exec(id) ?? [];
  const found = (await refusedOf(api, endpoint)).find((it) => it.id === id);
  if (found) return found;
  throw new CliError(`${id} is not among the newest that were refused: no more is kept of it.`);
}

/** The newest that were refused, by one endpoint or by all. */
export async function refusedOf(
  { call }: GatewayApi,
  endpoint?: string,
): Promise<readonly RefusedView[]> {
  const query = queryOf({ status: "refused", limit: "200", endpoint });
  return (await call(page(refusedView), "GET", `/api/v1/deliveries?${query}`)).data;
}
