/** On whose behalf and when something is digested, and the commands that are made of it. Pure. */
import type { ComposedCommand } from "../compose/commands.ts";
import type { LingerPolicy } from "../compose/linger.ts";
import type { ComposedPush } from "../compose/push.ts";
import { isOfStream, PRIORITY } from "../model/command.ts";
import type { NewCommand } from "../model/command.ts";
import { newCommandId } from "../model/command-id.ts";
import type { EndpointExtras, EndpointSettings } from "../model/endpoint.ts";
import type { WatchPolicy } from "../tracking/watch.ts";

export interface Origin {
  readonly endpoint: EndpointSettings &
    EndpointExtras & {
      readonly id: string;
      readonly provider: string;
      readonly account: string;
    };
  /** The event's name; undefined where no delivery is behind it. */
  readonly event: string | undefined;
  /** Null where no delivery is behind it. */
  readonly deliveryId: string | null;
  /** Makes the pushes of this delivery's notices one of a kind. */
  readonly occurrenceKey: string;
  /** ms since the epoch. */
  readonly now: number;
  readonly watch: WatchPolicy;
  readonly linger: LingerPolicy;
  /** Updates of one stream follow each other at this distance at least, in ms. */
  readonly updateIntervalMs: number;
  /** What an endpoint is called where another's telling is named. */
  readonly nameOf: (endpointId: string) => Promise<string>;
  /** Another endpoint; undefined where it is disabled or gone. */
  readonly endpointOf: (endpointId: string) => Promise<Origin["endpoint"] | undefined>;
}

/** Tags by which a person finds it again: provider, project, environment. */
export function tagsOf(
  endpoint: { readonly provider: string },
  ...names: readonly (string | undefined)[]
): string[] {
  return [endpoint.provider, ...names].filter((name) => name !== undefined);
}

export interface Push {
  readonly body: ComposedPush;
  readonly isFailure: boolean;
  /** It is of what people use, or nobody says that it is not. */
  readonly isProduction?: boolean;
  readonly dedupeKey: string;
  readonly trackId: string | null;
  readonly names: readonly (string | undefined)[];
}

export function pushCommand(origin: Origin, push: Push): NewCommand {
  const { body, isFailure, isProduction = false, dedupeKey, trackId, names } = push;
  const [project] = names;
  const about = {
    ...(project !== undefined && { project }),
    ...(isFailure && isProduction && { isProductionFailure: true as const }),
  };
  const tags = tagsOf(origin.endpoint, ...names);
  const priority = isFailure ? PRIORITY.failurePush : PRIORITY.push;
  const intent = { ...body, tags, about };
  return commandOf(origin, { intent, priority, dedupeKey }, trackId);
}

/** A composed command as it goes into the outbox. */
export function commandOf(
  { endpoint, deliveryId, now, updateIntervalMs }: Origin,
  { intent, priority, dedupeKey, notBefore = now, owner }: ComposedCommand,
  trackId: string | null,
): NewCommand {
  const isUpdate = intent.kind === "show" && intent.lingerMs === undefined;
  return {
    id: newCommandId(deliveryId, now),
    endpointId: owner?.endpointId ?? endpoint.id,
    account: endpoint.account,
    deliveryId,
    trackId: owner?.trackId ?? trackId,
    streamKey: isOfStream(intent) ? intent.streamKey : null,
    priority,
    intent,
    dedupeKey,
    notBefore,
    createdAt: now,
    ...(isUpdate && { spacingMs: updateIntervalMs }),
  };
}
