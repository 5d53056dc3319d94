/**
 * The preview core against the API's own document (`openapi.json` beside this file): each example
 * of a request is taken, and each answer has the form that the document gives it; each example of a
 * refusal is what the preview answers, word for word.
 */
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { createPreviewCore } from "../../src/preview-core/preview-core.ts";
import document from "./openapi.json" with { type: "json" };

const START = 1_800_000_000_000;
const KNOWN_KEY = "deploy.success_rate";

const example = z.object({ value: z.record(z.string(), z.unknown()) });
const content = z.object({
  "application/json": z.object({
    schema: z.record(z.string(), z.unknown()),
    examples: z.record(z.string(), example).default({}),
  }),
});
const operation = z.object({
  operationId: z.string(),
  requestBody: z.object({ content }),
  responses: z.record(
    z.string(),
    z.object({ content, headers: z.record(z.string(), z.unknown()).default({}) }),
  ),
});
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, it]) => ({ path, method, ...operation.parse(it) })),
);
type Operation = (typeof operations)[number];

const requests = operations.flatMap((it) => {
  const { examples } = it.requestBody.content["application/json"];
  const known = Object.entries(examples).map(([name, { value }]) => ({ name, value }));
  return (known.length > 0 ? known : [{ name: "example", value: { value: 42 } }]).map((one) => ({
    ...one,
    operation: it,
    title: `${it.method.toUpperCase()} ${it.path} ${one.name}`,
  }));
});

function preview() {
  const core = createPreviewCore({
    now: () => START,
    apiKey: "ask_test",
    fetch,
    metrics: [{ key: KNOWN_KEY }],
  });
  const call = async (method: string, path: string, body: unknown, key = "ask_test") => {
    const response = await core.app.request(`/api${path}`, {
      method: method.toUpperCase(),
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const answer: unknown = await response.json();
    return { status: response.status, headers: response.headers, answer };
  };
  return { core, call };
}

const addressOf = ({ path }: Operation): string =>
  path.replace("{stream_key}", "prod-web-1").replace("{key}", KNOWN_KEY);

/** The document's schema of what the operation answers with this status. */
function answerSchema({ responses }: Operation, status: number): z.ZodType {
  const schema = responses[String(status)]?.content["application/json"].schema;
  if (!schema) throw new Error(`the document knows no ${status} here`);
  const whole = JSON.stringify({ ...schema, $defs: document.components.schemas });
  return z.fromJSONSchema(JSON.parse(whole.replaceAll("#/components/schemas/", "#/$defs/")));
}

const isLiveActivityById = ({ path }: Operation) => /\/(update|end)$/.test(path);

/** Every activity that an example may want to change, by its type. */
const starts: Readonly<Record<string, object>> = {
  segmented_progress: { number_of_steps: 4, current_step: 0 },
  progress: { percentage: 1 },
  metrics: { metrics: [{ label: "CPU", value: 9 }] },
  timer: { duration_seconds: 300 },
};

function typeOf(state: Readonly<Record<string, unknown>>): string {
  if (typeof state.type === "string") return state.type;
  if (state.metrics !== undefined) return "metrics";
  if (state.current_step !== undefined) return "segmented_progress";
  return state.percentage === undefined && state.value === undefined ? "timer" : "progress";
}

/** Makes what the example speaks of; returns the body with its id. */
async function prepared(
  { call }: ReturnType<typeof preview>,
  { path, method }: Operation,
  value: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  const state = z.record(z.string(), z.unknown()).optional().parse(value.content_state);
  const type = state ? typeOf(state) : "progress";
  const content_state = { title: "Before", type, ...starts[type] };
  if (method === "delete") await call("PUT", "/live-activity/stream/prod-web-1", { content_state });
  if (!path.endsWith("/update") && !path.endsWith("/end")) return value;
  const { answer } = await call("POST", "/live-activity/start", { content_state });
  return { ...value, ...z.object({ activity_id: z.string() }).parse(answer) };
}

test("there are examples of all eight operations", () => {
  expect(operations).toHaveLength(8);
  expect(requests.length).toBeGreaterThanOrEqual(35);
});

describe("each example of a request", () => {
  test.each(requests)("$title", async ({ operation, value }) => {
    const world = preview();
    const body = await prepared(world, operation, value);
    const { status, headers, answer } = await world.call(
      operation.method,
      addressOf(operation),
      body,
    );
    expect(answer).toMatchObject({ success: true });
    expect(status).toBe(200);
    expect(answerSchema(operation, 200).safeParse(answer)).toMatchObject({ success: true });
    expect(headers.get("ratelimit-policy")).toMatch(
      /^"public-api-ip:([a-z-]+)"; q=600; w=60, "account:\1"; q=(60|300); w=60$/,
    );
    expect(headers.get("ratelimit")).toMatch(
      /^"public-api-ip:[a-z-]+"; r=\d+; t=60, "account:[a-z-]+"; r=\d+; t=60$/,
    );
  });
});

describe("each example of a refusal", () => {
  const state = { title: "x", type: "progress", percentage: 1 };
  const tooMany = Array.from({ length: 21 }, (_, index) => `t${index}`);
  /** What brings the refusal about: the body beside the smallest good one, and the key. */
  const causes: Readonly<Record<string, { body?: object; key?: string; path?: string }>> = {
    invalid_target: { body: { target: { channels: "ops" } } },
    "put invalid_target": { body: { channels: [] } },
    invalid_tags: { body: { tags: ["My Shop"] } },
    "put invalid_tags": { body: { tags: tooMany } },
    trial_expired: { key: "ask_test-expired" },
    channel_scope_violation: { body: { target: { channels: ["ops"] } }, key: "ask_test-scoped" },
    no_devices: { body: { target: { channels: ["nobody"] } } },
    invalid_stream_key: { path: "/live-activity/stream/a.b" },
    forbidden: {},
    invalid_value: { body: { value: true } },
    "post not_found": { path: "/metrics/unknown/value" },
    not_found: {},
  };
  const smallest = (it: Operation): object => {
    if (it.path === "/badge") return { badge: 1 };
    if (it.path === "/push-notification") return { title: "x" };
    if (it.path.startsWith("/metrics")) return { value: 1 };
    if (it.method === "delete") return {};
    return { content_state: state, ...(isLiveActivityById(it) && { activity_id: "unknown" }) };
  };
  const refusals = operations.flatMap((operation) =>
    Object.entries(operation.responses).flatMap(([status, { content }]) =>
      Object.entries(content["application/json"].examples)
        .filter(([name]) => Number(status) >= 400 && name in causes)
        .map(([name, { value }]) => ({
          operation,
          status: Number(status),
          value,
          cause: causes[`${operation.method} ${name}`] ?? causes[name] ?? {},
          title: `${operation.method.toUpperCase()} ${operation.path} ${status} ${name}`,
        })),
    ),
  );

  test("there is one for each status but 429, which has tests of its own", () => {
    expect([...new Set(refusals.map((it) => it.status))].toSorted((a, b) => a - b)).toStrictEqual([
      400, 402, 403, 404, 422,
    ]);
  });

  test.each(refusals)("$title", async ({ operation, status, value, cause }) => {
    const { call } = preview();
    const body = { ...smallest(operation), ...cause.body };
    const path = cause.path ?? addressOf(operation);
    const { answer, ...got } = await call(operation.method, path, body, cause.key);
    expect(got.status).toBe(status);
    expect(answerSchema(operation, status).safeParse(answer)).toMatchObject({ success: true });
    // What depends on the request is the request's here.
    const fixed = Object.entries(value).filter(
      ([name]) => name !== "effective_channel_slugs" && name !== "trial_period",
    );
    const words = z.record(z.string(), z.unknown()).parse(answer);
    for (const [name, text] of fixed) {
      expect(words[name]).toBe(text);
    }
    expect(got.headers.has("ratelimit")).toBe(status !== 402);
  });
});
