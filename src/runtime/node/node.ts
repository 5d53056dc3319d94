/**
 * The gateway as a Node process: opens the store, listens, runs the loops, and stops without losing
 * anything.
 */
import { flushCompileCache } from "node:module";
import type { Config } from "../../config.ts";
import type { Logger } from "../../ports.ts";
import type { Store } from "../../store/port.ts";
import { closeServer, listenOn, urlOf } from "./http-server.ts";
import { openGateway } from "./open-gateway.ts";

export interface NodeGateway {
  /** `http://127.0.0.1:8787`, with the port it really listens on. */
  readonly url: string;
  readonly adminToken: string;
  /** What the preview core's API takes; undefined where the real core API is used instead. */
  readonly previewKey: string | undefined;
  /**
   * A sentence that says why the core API refuses the key of the settings; undefined where it does
   * not.
   */
  refusedKey(): Promise<string | undefined>;
  /** Whether anything can come in yet. Rejects where the store is away. */
  hasEndpoints(): Promise<boolean>;
  /** A link that logs one browser in, once and within ten minutes. */
  newLoginLink(): string;
  /** Whether a page of it is open in a browser. */
  isWatched(): boolean;
  /**
   * Finishes the requests in flight, stops claiming, closes the store. Whatever is left is found at
   * the next start.
   */
  stop(): Promise<void>;
}

/** What fault tests put in the place of the real thing. */
export interface NodePorts {
  readonly fetch?: typeof fetch;
  /** Wraps the opened store. */
  readonly wrapStore?: (store: Store) => Store;
}

/**
 * Starts the gateway; resolves when it listens. Rejects with one sentence where a setting or the
 * store forbids it.
 */
export async function startNodeGateway(
  config: Config,
  log: Logger,
  ports: NodePorts = {},
): Promise<NodeGateway> {
  let url = "";
  let stop = async (): Promise<void> => undefined;
  const publicUrl = () => config.PUBLIC_URL ?? url;
  const opened = await openGateway(config, log, {
    ...ports,
    publicUrl,
    onRefused: (sentence) => {
      log.error(sentence);
      process.exitCode = 1;
      void stop();
    },
  });
  const server = await listenOn(opened.gateway, config).catch(async (error: unknown) => {
    await opened.discard();
    throw error;
  });
  url = urlOf(server, config.HOST);
  opened.begin();
  stop = () => opened.stop(() => closeServer(server));
  // The next start is quick even where this process is killed.
  flushCompileCache();
  return {
    url,
    adminToken: opened.adminToken,
    previewKey: opened.previewKey,
    refusedKey: () => opened.gateway.refusedKey(),
    hasEndpoints: () => opened.gateway.hasEndpoints(),
    newLoginLink: () => publicUrl() + opened.gateway.newLoginPath(),
    isWatched: () => opened.isWatched(),
    stop,
  };
}
