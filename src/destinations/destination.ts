/**
 * The port of a destination: what takes commands in our own words and brings them to people. Types
 * only.
 */
import type { Feature, Intent } from "../model/command.ts";
import type { Endpoint } from "../model/endpoint.ts";

/**
 * How much of a command goes out: all of it, all but its tags, only what the destination cannot do
 * without, or of an ending nothing but which stream it is.
 */
export type Form = "full" | "untagged" | "plain" | "bare";

/**
 * What became of a call, as a tagged value with its facts. `text` is the answer's body, cut to 2
 * KB.
 */
export type SendResult =
  /** `isPaused`: it was taken, and is not shown before somebody resumes the stream. */
  | {
      readonly kind: "ok";
      readonly status: number;
      readonly isPaused?: true;
      readonly text: string;
    }
  /** Too many calls a minute; `retryAfterMs` where the destination says when to come again. */
  | {
      readonly kind: "rate_limited";
      readonly status: number;
      readonly retryAfterMs?: number;
      readonly text: string;
    }
  /**
   * Every place is taken: `active` of `limit` streams. `maybeShown`: some of the people addressed
   * had room, and may see it.
   */
  | {
      readonly kind: "activity_limit";
      readonly status: number;
      readonly limit: number;
      readonly active: number;
      readonly maybeShown?: true;
      readonly text: string;
    }
  /** The stream to end does not exist any more, which is what the caller wanted. */
  | { readonly kind: "gone"; readonly status: number; readonly text: string }
  | { readonly kind: "unauthorized"; readonly status: number; readonly text: string }
  /**
   * The account is not paid for; `upgradeUrl` is where that is done. Nothing is wrong with the
   * call.
   */
  | {
      readonly kind: "payment_required";
      readonly status: number;
      readonly message: string;
      readonly upgradeUrl?: string;
      readonly text: string;
    }
  /** Somebody has to do something first, e.g. pair a device. */
  | {
      readonly kind: "refused";
      readonly status: number;
      readonly message: string;
      readonly text: string;
    }
  /** Will never succeed as it is; `message` is the destination's own words. */
  | {
      readonly kind: "rejected";
      readonly status: number;
      readonly message: string;
      /** A plainer form of it may be taken. */
      readonly isForForm?: true;
      /** The tags are to blame, and nothing else. */
      readonly isForTags?: true;
      readonly text: string;
    }
  /** The destination's own trouble, or somebody else answered in its place: worth a retry. */
  | { readonly kind: "unavailable"; readonly status: number; readonly text: string }
  /**
   * Timeout, reset, no such host. `no`: the connection never came to be; `unknown`: the call may
   * have taken effect.
   */
  | { readonly kind: "no_answer"; readonly detail: string; readonly sent: "no" | "unknown" }
  /**
   * Our own code threw before anything was sent: a key that no header can carry, a body that fits
   * no contract.
   */
  | { readonly kind: "not_sent"; readonly detail: string };

/** What the destination says is left of the tightest limit that a call counted against. */
export interface Quota {
  /** Calls. */
  readonly left: number;
  /** ms until the count begins anew. */
  readonly resetMs: number;
}

/** With what is left of the limit that the call counted against, where the destination says so. */
export type CountedResult = SendResult & { readonly quota?: Quota };

/** What a destination can do, so that nothing is asked of it that it cannot. */
export interface DestinationLimits {
  /** The kinds of command that it takes; others are skipped. */
  readonly takes: ReadonlySet<Intent["kind"]>;
  /** How many calls a minute it allows an account, each feature counted apart. */
  readonly callsPerMinute: Readonly<Record<Feature, number>>;
  /** Which of them a probe is counted as. */
  readonly probe: Feature;
  /** The device ends a card that is so old, in ms: from then on nothing changes or removes it. */
  readonly cardLifetimeMs: number;
}

export interface Destination {
  /** Makes one call. Throws where the command fits no call: that is a bug of ours, not an outcome. */
  send(intent: Intent, form: Form): Promise<CountedResult>;
  /** Looks whether anybody answers, by a call that changes nothing however often it arrives. */
  probe(): Promise<CountedResult>;
  readonly limits: DestinationLimits;
}

/** What a test push with an API key tells of the key. */
export type KeyCheck =
  /** `devices`: to how many it went; undefined where the destination does not say. */
  | { readonly kind: "works"; readonly devices: number | undefined }
  | { readonly kind: "refused" | "nobody" | "unpaid" | "limited" | "unreachable" };

/** Where the commands of a gateway go, whatever API key its endpoints have. */
export interface Destinations {
  readonly limits: DestinationLimits;
  /** With the endpoint's own API key, or the gateway's. Throws where the key cannot be used at all. */
  of(endpoint: Pick<Endpoint, "apiKey">): Destination;
  /** Whether a key can be used: by a push to whoever it reaches, which is kept nowhere. */
  tryKey(apiKey: string): Promise<KeyCheck>;
  /** Why the gateway's key is refused, a sentence; undefined where it is not, or nobody answers. */
  refusedKey(): Promise<string | undefined>;
}
