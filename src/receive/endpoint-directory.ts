/**
 * The endpoint directory: finds endpoints for the request path, opened and cached. Its memory is
 * bounded whatever ids are asked for. It changes nothing in the store.
 */
import type { Endpoint, LiveSecret } from "../model/endpoint.ts";
import type { EndpointRecord, SecretRecord } from "../model/endpoint.ts";
import type { Clock } from "../ports.ts";
import type { EndpointStore } from "../store/port.ts";
import type { Sealer } from "../util/encryption.ts";

const DEFAULT_TTL_MS = 2_000;
const MAX_KNOWN = 10_000;
const MAX_UNKNOWN = 10_000;
/**
 * Longer than any id we make; what exceeds it is not looked for, so that a cache of ids stays
 * small.
 */
const MAX_ID_LENGTH = 64;

export interface EndpointDirectory {
  /**
   * The endpoint with its opened API key and the secrets that live now; undefined where there is
   * none. While the store is away the last known configuration is answered; rejects where none is
   * known.
   */
  find(id: string): Promise<Endpoint | undefined>;
  /**
   * Forgets what is cached: the next `find` asks the store. Call it after every change of the
   * endpoint.
   */
  forget(id: string): void;
}

export interface EndpointDirectoryOptions {
  readonly store: Pick<EndpointStore, "findEndpoint">;
  readonly sealer: Pick<Sealer, "open">;
  readonly clock: Clock;
  /** How long a found (or missing) endpoint is believed without asking again, in ms. */
  readonly ttlMs?: number;
}

/** The contexts under which an endpoint's secrets and API key are sealed. */
export const secretContext = (endpointId: string): string => `secret:${endpointId}`;
export const apiKeyContext = (endpointId: string): string => `api_key:${endpointId}`;

interface Cached {
  readonly endpoint: Endpoint;
  /** The rows it was opened from: while they are the same, nothing has to be opened again. */
  readonly rows: string;
  /** When the store was last asked, in ms. */
  readonly checkedAt: number;
}

type Loaded = Pick<Cached, "endpoint" | "rows"> | undefined;

export const createEndpointDirectory = (options: EndpointDirectoryOptions): EndpointDirectory =>
  new CachedDirectory(options);

class CachedDirectory implements EndpointDirectory {
  readonly #store: EndpointDirectoryOptions["store"];
  readonly #sealer: EndpointDirectoryOptions["sealer"];
  readonly #clock: Clock;
  readonly #ttlMs: number;
  readonly #known = new BoundedMap<Cached>(MAX_KNOWN);
  /** Apart from the known ones, so that asking for invented ids cannot push those out. */
  readonly #unknown = new BoundedMap<number>(MAX_UNKNOWN);
  readonly #loads = new Map<string, Promise<Loaded>>();

  constructor({ store, sealer, clock, ttlMs = DEFAULT_TTL_MS }: EndpointDirectoryOptions) {
    this.#store = store;
    this.#sealer = sealer;
    this.#clock = clock;
    this.#ttlMs = ttlMs;
  }

  async find(id: string): Promise<Endpoint | undefined> {
    if (id.length > MAX_ID_LENGTH) return undefined;
    const endpoint = await this.#findStored(id);
    return endpoint && withLiveSecrets(endpoint, this.#clock.now());
  }

  forget(id: string): void {
    this.#loads.delete(id);
    this.#known.delete(id);
    this.#unknown.delete(id);
  }

  async #findStored(id: string): Promise<Endpoint | undefined> {
    const cached = this.#known.get(id);
    if (cached && this.#isFresh(cached.checkedAt)) return cached.endpoint;
    const missedAt = cached ? undefined : this.#unknown.get(id);
    if (missedAt !== undefined && this.#isFresh(missedAt)) return undefined;
    try {
      return (await this.#loadOnce(id))?.endpoint;
    } catch (error) {
      if (!cached) throw error;
      // Believed for another `ttlMs`, so that not every delivery waits for a store that is away.
      // Not where `forget` came in between: what it dropped is known to be wrong.
      if (this.#known.get(id) === cached)
        this.#known.set(id, { ...cached, checkedAt: this.#clock.now() });
      return cached.endpoint;
    }
  }

  /**
   * What seems to be of the future was checked before the clock was set back: nobody knows when.
   */
  #isFresh(checkedAt: number): boolean {
    const age = this.#clock.now() - checkedAt;
    return age >= 0 && age < this.#ttlMs;
  }

  /**
   * Joins the load under way or begins one. A load that `forget` overtook is answered but not
   * remembered.
   */
  #loadOnce(id: string): Promise<Loaded> {
    const underWay = this.#loads.get(id);
    if (underWay) return underWay;
    const begun: Promise<Loaded> = this.#load(id)
      .then((loaded) => {
        if (this.#loads.get(id) === begun) this.#remember(id, loaded);
        return loaded;
      })
      .finally(() => {
        if (this.#loads.get(id) === begun) this.#loads.delete(id);
      });
    this.#loads.set(id, begun);
    return begun;
  }

  async #load(id: string): Promise<Loaded> {
    const found = await this.#store.findEndpoint(id);
    if (!found) return undefined;
    const rows = JSON.stringify(found);
    const cached = this.#known.get(id);
    if (cached?.rows === rows) return cached;
    const { endpoint, secrets } = found;
    const now = this.#clock.now();
    return { endpoint: await openEndpoint(endpoint, secrets, this.#sealer, now), rows };
  }

  #remember(id: string, loaded: Loaded): void {
    if (loaded) this.#known.set(id, { ...loaded, checkedAt: this.#clock.now() });
    else {
      this.#known.delete(id);
      this.#unknown.set(id, this.#clock.now());
    }
  }
}

async function openEndpoint(
  record: EndpointRecord,
  secrets: readonly SecretRecord[],
  sealer: Pick<Sealer, "open">,
  now: number,
): Promise<Endpoint> {
  const { sealedApiKey, createdAt: _createdAt, updatedAt: _updatedAt, ...settings } = record;
  const live = secrets
    .filter((secret) => isLive(secret, now))
    .toSorted((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1));
  const open = async ({ id, sealed, expiresAt }: SecretRecord): Promise<LiveSecret> => ({
    id,
    value: await sealer.open(sealed, secretContext(record.id)),
    expiresAt,
  });
  return {
    ...settings,
    secrets: await Promise.all(live.map(open)),
    apiKey:
      sealedApiKey === null ? undefined : await sealer.open(sealedApiKey, apiKeyContext(record.id)),
  };
}

/** Whether a secret still verifies at `now`. */
export function isLive(secret: { readonly expiresAt: number | null }, now: number): boolean {
  return secret.expiresAt === null || secret.expiresAt > now;
}

function withLiveSecrets(endpoint: Endpoint, now: number): Endpoint {
  if (endpoint.secrets.every((secret) => isLive(secret, now))) return endpoint;
  return { ...endpoint, secrets: endpoint.secrets.filter((secret) => isLive(secret, now)) };
}

/** A map that forgets the least recently used entry when it is full. */
class BoundedMap<Value> {
  readonly #entries = new Map<string, Value>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get(key: string): Value | undefined {
    const value = this.#entries.get(key);
    if (value !== undefined) this.set(key, value);
    return value;
  }

  set(key: string, value: Value): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size <= this.#limit) return;
    for (const oldest of this.#entries.keys()) {
      this.#entries.delete(oldest);
      break;
    }
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }
}
