/**
 * Who calls, and whom a call reaches. The keys and channels that are reserved here make every
 * refusal of the API something that can be tried: docs/preview.md has them as a table.
 */
import { equalTexts } from "../verify/constant-time.ts";

export type BillingReason = "trial_expired" | "trial_exhausted" | "billing_overage_cap_reached";

/** The account behind an API key. */
export interface Caller {
  readonly key: string;
  /** The channels that the key may reach. */
  readonly scope: "all" | readonly string[];
  /** Why the account may not send for now. */
  readonly blocked: BillingReason | undefined;
}

/**
 * What a key is followed by, and what it makes of the account. Nobody who does not know the key can
 * make one of them.
 */
const ACCOUNTS: readonly (readonly [string, Omit<Caller, "key">])[] = [
  ["", { scope: "all", blocked: undefined }],
  ["-expired", { scope: "all", blocked: "trial_expired" }],
  ["-exhausted", { scope: "all", blocked: "trial_exhausted" }],
  ["-capped", { scope: "all", blocked: "billing_overage_cap_reached" }],
  ["-scoped", { scope: ["team"], blocked: undefined }],
  ["-alone", { scope: ["nobody"], blocked: undefined }],
];

/** Who calls with this key; undefined where it is neither the preview's own nor one made of it. */
export function callerOf(key: string, apiKey: string): Caller | undefined {
  const [, account] = ACCOUNTS.find(([suffix]) => equalTexts(key, apiKey + suffix)) ?? [];
  return account && { key, ...account };
}

/** A channel in which nobody has a device. */
const NOBODY = "nobody";
/** A channel whose only device has all its Live Activities taken. */
export const FULL = "full";
/** A channel whose only device takes no badge until it is paired anew. */
export const DISCONNECTED = "disconnected";
/** A channel whose only device does not answer where it is told a badge. */
export const UNREACHABLE = "unreachable";

/** A channel with a device of its own, beside the one iPhone that stands for all other channels. */
const OWN_DEVICE: readonly string[] = [FULL, DISCONNECTED, UNREACHABLE];

/** What the page tells of keys and channels that are refused on purpose. */
export const RESERVED: readonly { readonly name: string; readonly does: string }[] = [
  { name: "…-expired", does: "key: 402, its trial has ended" },
  { name: "…-exhausted", does: "key: 402, its trial is used up" },
  { name: "…-capped", does: "key: 402, its usage cap is reached" },
  { name: "…-scoped", does: "key: 403 for every channel but team" },
  { name: "…-alone", does: "key: 422, nobody has paired a device" },
  { name: NOBODY, does: "channel: 422, nobody has a device in it" },
  { name: FULL, does: "channel: 429, its device has five Live Activities" },
  { name: DISCONNECTED, does: "channel: 422 for a badge, its device must reconnect" },
  { name: UNREACHABLE, does: "channel: 502 for a badge" },
];

export type Recipients =
  /** `channels`: null is everybody. */
  | { readonly kind: "reached"; readonly channels: readonly string[] | null }
  | { readonly kind: "out_of_scope" }
  | { readonly kind: "nobody"; readonly channels: readonly string[] };

/** Whom a call reaches that names these channels, or none. */
export function recipientsOf({ scope }: Caller, named: readonly string[] | undefined): Recipients {
  const channels = named ?? (scope === "all" ? null : scope);
  if (channels === null) return { kind: "reached", channels };
  if (scope !== "all" && channels.some((it) => !scope.includes(it)))
    return { kind: "out_of_scope" };
  const reached = channels.some((it) => it !== NOBODY);
  return { kind: reached ? "reached" : "nobody", channels };
}

/** The devices behind the channels: that many, of which some are the reserved channels' own. */
export function devicesOf(channels: readonly string[] | null): readonly string[] {
  if (channels === null) return ["iphone"];
  const devices = channels
    .filter((it) => it !== NOBODY)
    .map((it) => (OWN_DEVICE.includes(it) ? it : "iphone"));
  return [...new Set(devices)];
}
