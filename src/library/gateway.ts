/**
 * `activitysmith-webhooks`: the gateway inside a Node program of one's own, without a port of its
 * own.
 */
import type { Adapter } from "../adapter/contract.ts";
import { parseConfig } from "../config.ts";
import type { Config } from "../config.ts";
import type { Logger } from "../ports.ts";
import { openGateway } from "../runtime/node/open-gateway.ts";
import type { OpenedGateway } from "../runtime/node/open-gateway.ts";
import { ConfigError } from "../util/config-error.ts";

export type { Adapter } from "../adapter/contract.ts";
export type { Logger } from "../ports.ts";
/** A setting, or the store, forbids it: the message is one sentence that says what to do. */
export { ConfigError } from "../util/config-error.ts";

/**
 * By the names of the environment variables; what is left out has the default that it has there.
 */
export type Settings = { readonly [Name in keyof Config]?: string | number | boolean | undefined };

export interface GatewayOptions {
  /** `PUBLIC_URL` is needed: where providers reach `app`, with the path that it is mounted at. */
  readonly settings: Settings;
  /** The providers; the built-in ones unless told. */
  readonly adapters?: readonly Adapter[];
  /** Told what the gateway does, one line a delivery; nobody unless told. */
  readonly log?: Logger;
}

export interface EmbeddedGateway {
  /** Answers hooks, admin API and console; 503 before `start` and after `stop`. */
  readonly app: { readonly fetch: (request: Request) => Promise<Response> };
  /**
   * Opens the store and begins to digest and send. Rejects with ConfigError where the store forbids
   * it.
   */
  start(): Promise<void>;
  /**
   * Resolves when what is in flight is done and the store is closed; whatever is left is found at
   * the next start.
   */
  stop(): Promise<void>;
  /** What the admin API takes as bearer; known once it is started. */
  adminToken(): string;
  /**
   * A link that logs one browser in, once and within ten minutes; can be made once it is started.
   */
  newLoginLink(): string;
}

/**
 * Makes a gateway to be mounted into any server that speaks `fetch`. Nothing is opened before
 * `start`.
 *
 * @throws ConfigError where a setting is malformed or PUBLIC_URL is missing
 *
 * @example
 * const gateway = createGateway({ settings: { PUBLIC_URL: "https://example.com/gateway" } });
 * await gateway.start();
 * new Hono().mount("/gateway", gateway.app.fetch);
 */
export function createGateway({
  settings,
  adapters,
  log = SILENT,
}: GatewayOptions): EmbeddedGateway {
  const config = parseConfig(asEnvironment(settings));
  const { PUBLIC_URL: publicUrl } = config;
  if (publicUrl === undefined)
    throw new ConfigError(
      "PUBLIC_URL must be set: the address at which providers reach the gateway.",
    );
  return new StartableGateway(publicUrl, log, (onRefused) =>
    openGateway(config, log, { adapters, onRefused, publicUrl: () => publicUrl }),
  );
}

class StartableGateway implements EmbeddedGateway {
  readonly #publicUrl: string;
  readonly #log: Logger;
  readonly #open: (onRefused: (sentence: string) => void) => Promise<OpenedGateway>;
  #opening: Promise<OpenedGateway> | undefined;
  #opened: OpenedGateway | undefined;

  constructor(
    publicUrl: string,
    log: Logger,
    open: (onRefused: (sentence: string) => void) => Promise<OpenedGateway>,
  ) {
    this.#publicUrl = publicUrl;
    this.#log = log;
    this.#open = open;
  }

  // Servers take `fetch` off its object.
  readonly app = {
    fetch: async (request: Request): Promise<Response> =>
      this.#opened ? this.#opened.gateway.app.fetch(request) : away(),
  };

  readonly start = async (): Promise<void> => {
    if (this.#opening) return void (await this.#opening);
    this.#opening = this.#open((sentence) => {
      this.#log.error(sentence);
      void this.stop();
    });
    try {
      this.#opened = await this.#opening;
    } catch (error) {
      this.#opening = undefined;
      throw error;
    }
    this.#opened.begin();
  };

  readonly stop = async (): Promise<void> => {
    const running = await this.#opening;
    this.#opening = undefined;
    this.#opened = undefined;
    await running?.stop();
  };

  readonly adminToken = (): string => this.#running().adminToken;

  readonly newLoginLink = (): string => this.#publicUrl + this.#running().gateway.newLoginPath();

  #running(): OpenedGateway {
    if (this.#opened) return this.#opened;
    throw new Error("The gateway is not started.");
  }
}

const SILENT: Logger = { info: () => undefined, warn: () => undefined, error: () => undefined };

const asEnvironment = (settings: Settings): Record<string, string | undefined> =>
  Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [
      name,
      value === undefined ? undefined : String(value),
    ]),
  );

const away = (): Response =>
  Response.json(
    { error: "not_started", message: "The gateway is not started." },
    { status: 503, headers: { "retry-after": "1" } },
  );
