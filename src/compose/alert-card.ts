/**
 * The card of an endpoint's alerts: where progress is shown and nothing is pushed, what is wrong is
 * seen all the same. One an endpoint, the newest alert on it. Pure.
 */
import { PRIORITY } from "../model/command.ts";
import type { EndpointSettings } from "../model/endpoint.ts";
import type { Incident } from "../model/telling/incident.ts";
import type { Picture } from "../model/card/picture.ts";
import type { ComposedCommand } from "./commands.ts";
import { FRESH_FAILURE_MS, IMPORTANCE } from "./linger.ts";
import type { LingerPolicy } from "./linger.ts";
import { cut, httpsUrl, MAX_GRAPHEMES } from "./text.ts";

/** An alert is looked at within an hour, or its card only takes a place. */
export const ALERT_CARD_MS = 60 * 60_000;

export interface AlertOnCard {
  readonly title: string;
  readonly message: string | undefined;
  readonly url: string | undefined;
  readonly isOver: boolean;
}

/** @param streamKey the endpoint's own, for all of its alerts */
export function alertCard(
  alert: AlertOnCard,
  incident: Pick<Incident, "incidentKey" | "since">,
  on: { readonly streamKey: string; readonly now: number; readonly linger: LingerPolicy },
  settings: EndpointSettings,
  tags: readonly string[],
): ComposedCommand {
  const state = alert.isOver ? "succeeded" : "failed";
  const run = `${incident.incidentKey}:${incident.since}`;
  const { streamKey, now, linger } = on;
  const { channels } = settings;
  return {
    intent: {
      kind: "show",
      streamKey,
      picture: alertPicture(alert),
      ...(channels && { channels }),
      tags,
      importance: alert.isOver ? IMPORTANCE.lingering : IMPORTANCE.failure,
      state,
      run,
      lingerMs: alert.isOver ? linger.successMs : ALERT_CARD_MS,
      ending: `${run}:${state}`,
      ...(alert.isOver ? { onlyIfShown: true } : { fadesAt: now + FRESH_FAILURE_MS }),
    },
    priority: PRIORITY.streamEnd,
    dedupeKey: null,
  };
}

function alertPicture({ title, message, url, isOver }: AlertOnCard): Picture {
  const subtitle = cut(message ?? "", MAX_GRAPHEMES.subtitle);
  const color = isOver ? "green" : "red";
  const https = httpsUrl(url);
  return {
    title: cut(title, MAX_GRAPHEMES.activityTitle),
    ...(subtitle && { subtitle }),
    segments: [color],
    completed: isOver ? 1 : 0,
    color,
    symbol: isOver ? "checkmark.circle.fill" : "exclamationmark.triangle.fill",
    ...(https && { buttons: [{ title: "Open", url: https }] }),
  };
}
