/**
 * `POST /badge` of the preview core: the count on the app icon, and the two ways in which the API
 * says that it failed.
 */
import type { Context, Handler } from "hono";
import { badgeRequest } from "../../destinations/activitysmith/contract.ts";
import { reach } from "../answers.ts";
import { devicesOf, DISCONNECTED, UNREACHABLE } from "../caller.ts";
import { readJson } from "../http.ts";
import type { ApiEnv } from "../http.ts";
import type { Service } from "../service.ts";

export function badgeRoute(service: Service): Handler<ApiEnv> {
  return async (c) => {
    const read = await readJson(c, badgeRequest);
    if ("refusal" in read) return read.refusal;
    const { badge, target } = read.body;
    const reached = reach(c, target?.channels);
    if ("refusal" in reached) return reached.refusal;
    const { channels } = reached;
    const devices = devicesOf(channels);
    const good = devices.filter((it) => it !== DISCONNECTED && it !== UNREACHABLE);
    if (good.length === 0) return badgeFailure(c, badge, channels, devices);
    service.store.write({ ...service.store.read(), badge });
    return c.json({
      success: true,
      badge,
      devices_updated: good.length,
      users_updated: good.length,
      devices_notified: good.length,
      users_notified: good.length,
      effective_channel_slugs: channels,
      timestamp: service.timestamp(),
    });
  };
}

/** No device took it: 422 where all of them have to be paired anew, else 502. */
function badgeFailure(
  c: Context,
  badge: number,
  channels: readonly string[] | null,
  devices: readonly string[],
): Response {
  const figures = {
    badge,
    devices_targeted: devices.length,
    devices_updated: 0,
    users_updated: 0,
    devices_notified: 0,
    effective_channel_slugs: channels,
  };
  const error = "App Icon Badge Count could not be updated";
  if (devices.every((it) => it === DISCONNECTED)) {
    const message = "A targeted device needs to reconnect: open ActivitySmith on it.";
    return c.json({ error, code: "badge_device_disconnected", message, ...figures }, 422);
  }
  const message = "No targeted device took the count. Please try again.";
  return c.json({ error, code: "badge_update_failed", message, ...figures }, 502);
}
