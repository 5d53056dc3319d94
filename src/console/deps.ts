/** What the console needs from the outside. Types only. */
import type { Context } from "hono";
import type { AdminOperations } from "../api/admin-api.ts";
import type { AnswerHook } from "../http/hook-handler.ts";
import type { EndpointDirectory } from "../receive/endpoint-directory.ts";
import type { AdminDeps } from "../api/deps.ts";
import type { Destinations } from "../destinations/destination.ts";
import type { Problem } from "../observability/problem.ts";

/** What the settings page tells of the process, none of it secret. */
export interface GatewayFacts {
  /** Words by name: limits, retention and the like. */
  readonly settings: Readonly<Record<string, string>>;
  /** What an operator should know of, as `/readyz` names it, the store at hand or not. */
  readonly problems: () => Promise<readonly Problem[]>;
  /** The ids of the encryption keys that open what is stored, the one that seals first. */
  readonly keys: () => Promise<readonly string[]>;
  /** Resolves where the store answers. */
  readonly ping: () => Promise<void>;
}

export interface ConsoleDeps extends AdminDeps {
  readonly directory: Pick<EndpointDirectory, "forget" | "find">;
  /** The front door: what a request to a hook URL is answered with. */
  readonly answerHook: AnswerHook;
  /** Sends a test push with a key that is not stored. */
  readonly tryKey: Destinations["tryKey"];
  readonly facts: GatewayFacts;
  readonly operations: AdminOperations;
  readonly roleOf: (c: Context) => Promise<"operator" | "viewer">;
  /** Whether what is sent goes to the built-in preview core. */
  readonly hasPreview: boolean;
  /** The browser's files of the phone, by name: the preview's page has the same one. */
  readonly phoneFiles: Readonly<Record<string, string>>;
}
