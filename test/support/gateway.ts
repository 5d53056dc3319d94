/**
 * A whole gateway as tests meet it: through its HTTP surface, with a clock that they move. Types
 * only.
 */

export interface TestEndpoint {
  readonly id: string;
  /** As the admin API answered it. */
  readonly url: string;
  readonly secret: string;
}

export interface Gateway {
  /** Makes an endpoint through the admin API; `secret` for providers that make their own. */
  createEndpoint(
    provider: string,
    options?: { readonly secret?: string | undefined; readonly name?: string },
  ): Promise<TestEndpoint>;
  /** A request to a path of the gateway, without any credentials. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** A request to the admin API with the admin token; `body` is sent as JSON. */
  admin(method: string, path: string, body?: unknown): Promise<Response>;
  readonly clock: {
    /** ms since the epoch, as the gateway sees it. */
    now(): number;
    advance(ms: number): void;
  };
  close(): Promise<void>;
}
