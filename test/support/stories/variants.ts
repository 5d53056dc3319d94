/** The ways in which a story is told: as it happened, shuffled within small windows, doubled, with a death, with an outage. Pure. */
import { between, randomness } from "../simulation/randomness.ts";
import type { Webhook } from "./script.ts";

export const WAYS = ["forwards", "shuffled", "doubled", "killed", "away"] as const;
export type Way = (typeof WAYS)[number];

export interface Telling {
  readonly way: Way;
  readonly seed: number;
}

export interface Plan {
  /** In the order in which they arrive, with the times at which they do. */
  readonly arrivals: readonly Webhook[];
  /** Before which arrival the process is doomed, and after how many store steps it dies then. */
  readonly death: { readonly before: number; readonly afterSteps: number } | undefined;
  /** From and to, in ms since the epoch. */
  readonly outage: readonly [from: number, to: number] | undefined;
}

/** What comes late comes so late, at most. */
const WINDOW_MS = 3_000;
const REPEATED_WITHIN_MS = 20_000;
const OUTAGE_MS = 10 * 60_000;
const MOST_STEPS = 40;

export function planOf(webhooks: readonly Webhook[], { way, seed }: Telling): Plan {
  const random = randomness(seed);
  const none = { death: undefined, outage: undefined };
  switch (way) {
    case "forwards":
      return { arrivals: webhooks, ...none };
    case "shuffled":
      return { arrivals: delayed(webhooks, random), ...none };
    case "doubled":
      return { arrivals: delayed([...webhooks, ...repeats(webhooks, random)], random), ...none };
    case "killed":
      return {
        arrivals: webhooks,
        death: {
          before: between(random, 0, webhooks.length),
          afterSteps: between(random, 1, MOST_STEPS + 1),
        },
        outage: undefined,
      };
    case "away":
      return { arrivals: webhooks, death: undefined, outage: outageIn(webhooks) };
  }
}

const inOrder = (webhooks: readonly Webhook[]) => webhooks.toSorted((a, b) => a.at - b.at);

const delayed = (webhooks: readonly Webhook[], random: () => number): readonly Webhook[] =>
  inOrder(webhooks.map((it) => ({ ...it, at: it.at + between(random, 0, WINDOW_MS) })));

const repeats = (webhooks: readonly Webhook[], random: () => number): readonly Webhook[] =>
  webhooks.map((it) => ({ ...it, at: it.at + between(random, 0, REPEATED_WITHIN_MS) }));

/** Ten minutes around the webhook in the middle. */
function outageIn(webhooks: readonly Webhook[]): Plan["outage"] {
  const middle = webhooks[Math.floor(webhooks.length / 2)];
  return middle && [middle.at - 1, middle.at - 1 + OUTAGE_MS];
}
