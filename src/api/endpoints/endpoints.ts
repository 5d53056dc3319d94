/**
 * Endpoints: made, listed, changed and removed. Secrets and API keys go in; only the secret comes
 * out, once.
 */
import type * as z from "zod";
import { DEFAULT_ACCOUNT } from "../../model/account.ts";
import { apiKeyContext } from "../../receive/endpoint-directory.ts";
import { awaitLines, awaitedLines, forgetLines } from "../../digest/expect-lines.ts";
import { newEndpointId, timeOfId } from "../../util/id.ts";
import type { EndpointRecord } from "../../model/endpoint.ts";
import type { AdminDeps } from "../deps.ts";
import {
  endpointCreate,
  endpointCreated,
  endpointPatch,
  endpointSummary,
  endpointView,
  expectedOf,
  expectedView,
  summaryOf,
  viewOf,
  withDefaults,
} from "../models/endpoint-models.ts";
import { hookUrl } from "../models/hook-url.ts";
import { idParams, listAnswer, listOf, nothing, pageQueryOnly } from "../routing/models.ts";
import { unknownProvider } from "../providers.ts";
import { ApiError } from "../routing/api-error.ts";
import { none, route } from "../routing/route.ts";
import { chooseSecret, endpointNotFound, sealSecret } from "./secrets.ts";

const COLLECTION = { path: "/api/v1/endpoints", tag: "Endpoints" } as const;
const MEMBER = { path: "/api/v1/endpoints/{id}", tag: "Endpoints", refusals: [404] } as const;

export const endpointOperations = (deps: AdminDeps) => ({
  createEndpoint: createEndpoint(deps),
  listEndpoints: listEndpoints(deps),
  getEndpoint: getEndpoint(deps),
  updateEndpoint: updateEndpoint(deps),
  deleteEndpoint: deleteEndpoint(deps),
  listExpected: listExpected(deps),
});

const createEndpoint = (deps: AdminDeps) =>
  route(
    {
      ...COLLECTION,
      method: "post",
      operation: "createEndpoint",
      summary: "Make an endpoint; its secret is shown this once",
      params: none,
      query: none,
      body: endpointCreate,
      success: { status: 201, description: "The endpoint is live.", schema: endpointCreated },
    },
    ({ body }) => create(deps, body),
  );

async function create(deps: AdminDeps, body: z.output<typeof endpointCreate>) {
  const { provider, secret: givenSecret, api_key: apiKey = null, ...given } = body;
  const adapter = deps.adapters.find(({ name }) => name === provider);
  if (!adapter) return unknownProvider(deps, provider);
  const secret = chooseSecret(adapter, givenSecret);
  if (secret instanceof ApiError) return secret;

  const id = newEndpointId();
  const now = deps.clock.now();
  const record: EndpointRecord = {
    ...withDefaults(adapter, given),
    ...(await forwardingOf(deps, id, apiKey)),
    id,
    provider,
    pin: null,
    options: {},
    createdAt: now,
    updatedAt: now,
  };
  await awaitLines(deps.store, id, record.expect, now);
  const sealed = secret === undefined ? undefined : await sealSecret(deps, id, secret);
  await deps.store.insertEndpoint(record, sealed);
  deps.directory.forget(id);
  return {
    ...viewOf(deps, record, sealed ? [sealed] : []),
    url: hookUrl(deps, id, adapter, secret),
    secret: secret ?? null,
  };
}

const listEndpoints = (deps: AdminDeps) =>
  route(
    {
      ...COLLECTION,
      method: "get",
      operation: "listEndpoints",
      summary: "List endpoints, newest first",
      params: none,
      query: pageQueryOnly,
      body: none,
      success: { status: 200, description: "A page.", schema: listOf(endpointSummary) },
    },
    async ({ query }) => {
      const totals = new Map((await deps.store.refusedTotals()).map((it) => [it.endpointId, it]));
      const page = await deps.store.listEndpoints(query);
      const last = await deps.store.lastDeliveries(page.rows.map(({ id }) => id));
      return listAnswer(page, (record) =>
        summaryOf(deps, record, {
          refused: totals.get(record.id),
          lastDelivery: receivedOf(last.get(record.id)),
        }),
      );
    },
  );

/** Ids of deliveries begin with the time at which they were received. */
const receivedOf = (id: string | undefined) =>
  id === undefined ? undefined : { receivedAt: timeOfId(id) };

const getEndpoint = (deps: AdminDeps) =>
  route(
    {
      ...MEMBER,
      method: "get",
      operation: "getEndpoint",
      summary: "One endpoint",
      params: idParams,
      query: none,
      body: none,
      success: { status: 200, description: "The endpoint.", schema: endpointView },
    },
    ({ params }) => shown(deps, params.id),
  );

const updateEndpoint = (deps: AdminDeps) =>
  route(
    {
      ...MEMBER,
      method: "patch",
      operation: "updateEndpoint",
      summary: "Change settings; null clears api_key, channels, mapping, max_body_bytes and pin",
      params: idParams,
      query: none,
      body: endpointPatch,
      success: {
        status: 200,
        description:
          "The endpoint as it is now. Disabled, its URL answers 404 and its Live Activities go on until their silence ends them. With another api_key they end on the old account, and go on with the new key at their next event; pushes that are not out yet go with the new key.",
        schema: endpointView,
      },
    },
    async ({ params, body }) => {
      const { api_key: apiKey, provider: _provider, secret: _secret, ...settings } = body;
      const forwarding = apiKey === undefined ? {} : await forwardingOf(deps, params.id, apiKey);
      const patch = { ...settings, ...forwarding };
      const now = deps.clock.now();
      if (settings.expect) await awaitLines(deps.store, params.id, settings.expect, now);
      const before = settings.expect && (await deps.store.findEndpoint(params.id))?.endpoint.expect;
      const updated = await deps.store.updateEndpoint(params.id, patch, now);
      deps.directory.forget(params.id);
      if (updated && before && settings.expect)
        await forgetLines(deps.store, params.id, { before, after: settings.expect }, now);
      if (apiKey !== undefined) deps.waker.wake("commands");
      return updated ? shown(deps, params.id) : endpointNotFound();
    },
  );

const deleteEndpoint = (deps: AdminDeps) =>
  route(
    {
      ...MEMBER,
      method: "delete",
      operation: "deleteEndpoint",
      summary:
        "Remove an endpoint and end what it shows; its deliveries and runs stay for the record",
      params: idParams,
      query: none,
      body: none,
      success: {
        status: 204,
        description:
          "It is gone and its URL answers 404. Its Live Activities end as soon as the core API takes that; pushes that are not out yet are not sent.",
        schema: nothing,
      },
    },
    async ({ params }) => {
      const deleted = await deps.store.deleteEndpoint(params.id, deps.clock.now());
      deps.directory.forget(params.id);
      deps.waker.wake("commands");
      return deleted ? undefined : endpointNotFound();
    },
  );

const listExpected = (deps: AdminDeps) =>
  route(
    {
      method: "get",
      path: "/api/v1/endpoints/{id}/expected",
      operation: "listExpected",
      tag: "Endpoints",
      summary: "The lines that are expected, and how each stands",
      params: idParams,
      query: none,
      body: none,
      success: { status: 200, description: "All of them.", schema: listOf(expectedView) },
      refusals: [404],
    },
    async ({ params: { id } }) => {
      const found = await deps.store.findEndpoint(id);
      if (!found) return endpointNotFound();
      const { expect, name } = found.endpoint;
      const standing = await awaitedLines(deps.store, id, expect);
      const data = expect.map((line, index) => expectedOf(line, standing[index], name));
      return { data, next_cursor: null };
    },
  );

async function shown(deps: AdminDeps, id: string) {
  const found = await deps.store.findEndpoint(id);
  if (!found) return endpointNotFound();
  const { rows } = await deps.store.listDeliveries({ endpointId: id, limit: 1 });
  const totals = await deps.store.refusedTotals();
  const refused = totals.find(({ endpointId }) => endpointId === id);
  return viewOf(deps, found.endpoint, found.secrets, { refused, lastDelivery: rows[0] });
}

/** With which key it forwards, and so on which account's budget it draws. */
async function forwardingOf(
  { sealer }: AdminDeps,
  id: string,
  apiKey: string | null,
): Promise<Pick<EndpointRecord, "sealedApiKey" | "account">> {
  if (apiKey === null) return { sealedApiKey: null, account: DEFAULT_ACCOUNT };
  return {
    sealedApiKey: await sealer.seal(apiKey, apiKeyContext(id)),
    account: `key_${await sealer.fingerprint(apiKey)}`,
  };
}
