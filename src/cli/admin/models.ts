/**
 * What the commands read of the admin API's answers; whatever else stands there is passed on to
 * `--json`.
 */
import * as z from "zod";

export const endpoint = z.looseObject({
  id: z.string(),
  name: z.string(),
  provider: z.string(),
  url: z.string(),
  enabled: z.boolean(),
  refused: z.looseObject({ total: z.number(), last_at: z.string(), why: z.string() }).nullish(),
});

export const expectedLine = z.looseObject({
  name: z.string(),
  is_overdue: z.boolean(),
  starts_at: z.string().nullable(),
  overdue_at: z.string().nullable(),
  last_started_at: z.string().nullable(),
});

export const createdEndpoint = endpoint.extend({ secret: z.string().nullable() });

const coreCall = z.looseObject({
  call: z.string(),
  stream_key: z.string().nullable(),
  body: z.looseObject({
    title: z.string().optional(),
    content_state: z
      .looseObject({ title: z.string().optional(), subtitle: z.string().optional() })
      .optional(),
  }),
});

export const commandView = coreCall.extend({
  id: z.string(),
  status: z.string(),
  reason: z.string().nullable(),
  created_at: z.string(),
});

export const commandDetail = commandView.extend({
  delivery_id: z.string().nullable(),
  not_before: z.string(),
  attempt_log: z.array(
    z.looseObject({
      at: z.string(),
      status: z.number().nullable(),
      outcome: z.string(),
      duration_ms: z.number(),
      answer: z.string().nullable(),
    }),
  ),
});

const signal = z.looseObject({
  kind: z.string(),
  title: z.string().optional(),
  project: z.looseObject({ name: z.string() }).optional(),
  environment: z.looseObject({ name: z.string() }).optional(),
  outcome: z.looseObject({ state: z.string() }).optional(),
  steps: z.array(z.looseObject({ title: z.string(), state: z.string() })).optional(),
  facts: z.looseObject({ branch: z.string().optional(), commit: z.string().optional() }).optional(),
  run: z.looseObject({ id: z.string() }).optional(),
});

export const delivery = z.looseObject({
  id: z.string(),
  endpoint_id: z.string(),
  provider: z.string(),
  event: z.string(),
  received_at: z.string(),
  status: z.string(),
  detail: z.string().nullable(),
});

/** As lists show it. */
export const summary = delivery.extend({
  outcome: z.string().nullable(),
  project: z.string().nullable(),
  branch: z.string().nullable(),
  replays: z.number(),
  effects: z.array(z.string()),
});

/** A request that was turned away. */
export const refusedView = delivery.extend({
  reason: z.string().optional(),
  answered: z.number().optional(),
  sender: z.string().nullish(),
  header_names: z.array(z.string()).optional(),
});

export const deliveryDetail = delivery.extend({
  headers: z.record(z.string(), z.string()),
  payload: z.string(),
  payload_redacted: z.boolean(),
  verification: z.looseObject({ scheme: z.string() }),
  signals: z.array(signal).nullable(),
  commands: z.array(commandDetail),
});

export const dryRunResult = z.looseObject({
  kind: z.string(),
  event: z.string().optional(),
  detail: z.string().optional(),
  signals: z.array(signal).optional(),
  commands: z.array(coreCall).optional(),
  because: z.array(z.string()).optional(),
});

export const passes = z.looseObject({
  looked_at: z.number(),
  passed: z.number(),
  pushed: z.number(),
  left_out: z.array(z.looseObject({ because: z.string(), count: z.number() })),
});

const facts = z.looseObject({ branch: z.string().optional(), commit: z.string().optional() });

export const run = z.looseObject({
  id: z.string(),
  state: z.string(),
  steps: z.array(z.looseObject({ title: z.string(), state: z.string() })),
  created_at: z.string(),
  ended_at: z.string().nullable(),
  facts,
});

export const track = z.looseObject({
  id: z.string(),
  endpoint_id: z.string(),
  updated_at: z.string(),
  project: z.looseObject({ name: z.string() }),
  line: z.string().nullable(),
  environment: z.looseObject({ name: z.string() }).nullable(),
  shown_run: z
    .looseObject({ state: z.string(), ended_at: z.string().nullable(), facts })
    .nullable(),
  counts: z.looseObject({ runs: z.number() }),
  success_rate: z.number().nullable(),
  median_duration_ms: z.number().nullable(),
});

export const incident = z.looseObject({
  id: z.string(),
  state: z.string(),
  severity: z.string(),
  title: z.string(),
  count: z.number(),
  muted: z.boolean(),
  since: z.string(),
});

export const provider = z.looseObject({
  name: z.string(),
  title: z.string(),
  setup: z.array(z.string()),
  secret: z.looseObject({ made_by: z.enum(["provider", "gateway"]), where: z.string() }),
});

export const page = <Item extends z.ZodType>(item: Item) =>
  z.looseObject({ data: z.array(item), next_cursor: z.string().nullable() });

export type Provider = z.infer<typeof provider>;
export type TrackView = z.infer<typeof track>;
export type RunView = z.infer<typeof run>;
export type Incident = z.infer<typeof incident>;
export type Endpoint = z.infer<typeof endpoint>;
export type SignalView = z.infer<typeof signal>;
export type DeliverySummary = z.infer<typeof summary>;
export type RefusedView = z.infer<typeof refusedView>;
export type DeliveryDetail = z.infer<typeof deliveryDetail>;
export type CommandDetail = z.infer<typeof commandDetail>;
export type CoreCallView = z.infer<typeof coreCall>;
