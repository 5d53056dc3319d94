/**
 * The adapter contract. An adapter holds all knowledge of one provider and declares it as data plus
 * small pure functions; the pipeline executes it. With `signal.ts` and zod this is all that a file
 * in `adapters/` may import.
 *
 * See `adapters/README.md` for a walk-through.
 */
import type * as z from "zod";
import type { Signal } from "../model/signal.ts";
import type { Scheme } from "../verify/scheme.ts";

export { bodyHashJws, hmac, sharedToken, standardWebhooks, unsigned } from "../verify/scheme.ts";
export type { Scheme } from "../verify/scheme.ts";
export {
  ANY_APP,
  appKey,
  compact,
  deploymentOf,
  environmentKind,
  firstLine,
  flag,
  hostKey,
  httpsUrl,
  lineSteps,
  LIVE_ACTIVITY_MAX_MS,
  optionalText,
  personOrBot,
  publicName,
  time,
} from "./kit.ts";

/** A verified delivery as an adapter sees it: headers by lower-case name and the parsed body. */
export interface VerifiedPayload {
  header(name: string): string | undefined;
  /**
   * The JSON body (for form bodies: the JSON in the field `payload`, else the fields as an object).
   */
  readonly json: unknown;
}

/**
 * Where a name or id stands: in a header, at a path of the JSON body, or computed. A header is
 * preferred, it spares the request path a JSON.parse.
 */
export type Located =
  | { readonly header: string }
  | { readonly json: readonly string[] }
  | { readonly compute: (payload: VerifiedPayload) => string | undefined };

export interface EventContext {
  /** The event's name as identified, e.g. `deployment.created`. */
  readonly event: string;
  /** When the gateway received it, in ms; only for payloads that carry no time of their own. */
  readonly receivedAt: number;
}

export interface EventHandler<Schema extends z.ZodType> {
  /** Only the fields that are used; unknown fields are ignored. */
  readonly schema: Schema;
  /**
   * From the parsed event to signals, or to the reason why it says nothing. Pure and deterministic.
   */
  readonly toSignals: (
    payload: z.output<Schema>,
    context: EventContext,
  ) => readonly Signal[] | Nothing;
}

/**
 * The event was understood, and there is nothing to show or tell: `nothing` says to the operator
 * why.
 */
export interface Nothing {
  readonly nothing: string;
}

/** What an adapter declares besides its events. */
export interface AdapterDeclaration {
  /**
   * The provider's own name in kebab case: file name, registry key, `provider` of endpoints and
   * fixture folder.
   */
  readonly name: string;
  /** As the provider writes itself: "GitHub". */
  readonly title: string;
  /** Page of the provider's webhook documentation. */
  readonly docs: string;
  readonly verify: Scheme;
  readonly secret: {
    /**
     * `provider`: it makes the secret and the user brings it here. `gateway`: we make it and the
     * user sets it there.
     */
    readonly madeBy: "provider" | "gateway";
    /** One sentence: where to find it, or where to enter it. */
    readonly where: string;
  };
  readonly identify: {
    readonly event: Located;
    /**
     * The provider's id of this delivery, stable over its retries. Absent or unresolved: a hash of
     * event name and body.
     */
    readonly delivery?: Located;
  };
  /**
   * Event names that only test the connection; answered `pong` after verification, never stored.
   */
  readonly pings?: readonly string[];
  /** The largest body that the provider sends, in bytes; absent: 5 MiB. More is refused unread. */
  readonly maxBodyBytes?: number;
  /** The provider's test button sends from the browser: answer CORS preflights on the hook URL. */
  readonly browserTest?: boolean;
  /**
   * The sender's own account or project in the body. The first one heard is pinned to the endpoint
   * and any other is refused: a second lock where nothing is signed.
   */
  readonly pin?: (payload: VerifiedPayload) => string | undefined;
  /**
   * Paths of payload fields that carry credentials; their values are replaced before anything is
   * stored.
   */
  readonly redact?: readonly (readonly string[])[];
  /**
   * Event names left alone on purpose, each with its reason. A trailing `*` stands for any ending.
   */
  readonly ignores: Readonly<Record<string, string>>;
  /** Setting it up on the provider's side, step by step. `{url}` and `{secret}` are filled in. */
  readonly setup: readonly string[];
  /** Event names worth subscribing to for deploy tracking. */
  readonly recommended: readonly string[];
}

export interface AdapterDefinition<
  Schemas extends Record<string, z.ZodType>,
> extends AdapterDeclaration {
  readonly events: { readonly [Name in keyof Schemas]: EventHandler<Schemas[Name]> };
}

/** An adapter whose events' payload types are sealed behind `read`. */
export interface Adapter extends AdapterDeclaration {
  /** Names of the events that are handled. */
  readonly events: readonly string[];
  /** Reads one event. The names: see `ReadResult`. Never throws on bad data. */
  readonly read: (payload: VerifiedPayload, context: EventContext) => ReadResult;
}

export type ReadResult =
  | { readonly kind: "signals"; readonly signals: readonly Signal[] }
  /** The payload does not have the fields the adapter needs; `issues` are zod's, one line each. */
  | { readonly kind: "payload_invalid"; readonly issues: readonly string[] }
  | { readonly kind: "event_ignored"; readonly because: string }
  | { readonly kind: "event_unknown" };

/**
 * Seals an adapter definition. Each `toSignals` is typed by its own `schema`.
 *
 * @example export const acme = defineAdapter({   name: "acme",   verify: hmac({ header:
 * "x-acme-signature", algorithm: "sha256", encoding: "hex" }),   identify: { event: { json:
 * ["type"] }, delivery: { json: ["id"] } },   events: { "deploy.done": { schema: z.object({ app:
 * z.string() }), toSignals: ({ app }) => [...] } },   ... });
 */
export function defineAdapter<Schemas extends Record<string, z.ZodType>>(
  definition: AdapterDefinition<Schemas>,
): Adapter {
  const { events, ...rest } = definition;
  const readers = new Map(
    Object.entries(events).map(([name, handler]) => [name, readerOf(handler)]),
  );
  return {
    ...rest,
    events: [...readers.keys()],
    read: (payload, context) => {
      const reader = readers.get(context.event);
      if (reader) return reader(payload.json, context);
      const because = ignoredBecause(definition.ignores, context.event);
      return because === undefined ? { kind: "event_unknown" } : { kind: "event_ignored", because };
    },
  };
}

function readerOf<Schema extends z.ZodType>(handler: EventHandler<Schema>) {
  return (json: unknown, context: EventContext): ReadResult => {
    const parsed = handler.schema.safeParse(json);
    if (parsed.success) return resultOf(handler.toSignals(parsed.data, context));
    const issues = parsed.error.issues.map(
      (issue) => `${issue.path.join(".") || "body"}: ${issue.message}`,
    );
    return { kind: "payload_invalid", issues };
  };
}

const resultOf = (told: readonly Signal[] | Nothing): ReadResult =>
  "nothing" in told
    ? { kind: "event_ignored", because: told.nothing }
    : { kind: "signals", signals: told };

function ignoredBecause(
  ignores: Readonly<Record<string, string>>,
  event: string,
): string | undefined {
  if (Object.hasOwn(ignores, event)) return ignores[event];
  const pattern = Object.keys(ignores).find(
    (name) => name.endsWith("*") && event.startsWith(name.slice(0, -1)),
  );
  return pattern && ignores[pattern];
}
