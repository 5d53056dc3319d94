/** A gateway as the contract meets it on any runtime: by HTTP and nothing else. */
import * as z from "zod";
import { adapters } from "../../adapters/index.ts";
import { sign } from "../../src/verify/sign.ts";

export interface Target {
  /** A request to a path. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  readonly adminToken: string;
  /** Works off what is stored, where the runtime does not do so by itself. */
  settle(): Promise<void>;
}

/** A recorded delivery as its file has it: headers, a blank line, the body. */
export function parseHttp(text: string): { headers: Record<string, string>; body: string } {
  const end = text.indexOf("\n\n");
  const lines = text.slice(0, end).split("\n");
  const headers = lines.map((line) => {
    const [name = "", ...value] = line.split(":");
    return [name.toLowerCase(), value.join(":").trim()] as const;
  });
  return { headers: Object.fromEntries(headers), body: text.slice(end + 2).replace(/\n$/, "") };
}

const created = z.object({ id: z.string(), url: z.string(), secret: z.string() });
export type Endpoint = z.infer<typeof created>;

export function admin(
  target: Target,
  method: string,
  path: string,
  body?: unknown,
): Promise<Response> {
  return target.fetch(path, {
    method,
    headers: {
      authorization: `Bearer ${target.adminToken}`,
      ...(body !== undefined && { "content-type": "application/json" }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

export const SECRET = "the-secret-of-the-contract";

export async function createEndpoint(target: Target, settings: object): Promise<Endpoint> {
  const body = { provider: "vercel", name: "web-shop", secret: SECRET, ...settings };
  const response = await admin(target, "POST", "/api/v1/endpoints", body);
  if (response.status !== 201) throw new Error(`${response.status} ${await response.text()}`);
  return created.parse(await response.json());
}

/** Posts a body to the endpoint, signed as its provider signs. */
export function deliver(
  target: Target,
  endpoint: Endpoint,
  body: BodyInit & (string | Uint8Array<ArrayBuffer>),
  headers: Readonly<Record<string, string>> = {},
  provider = "vercel",
): Promise<Response> {
  const adapter = adapters.find(({ name }) => name === provider);
  if (!adapter) throw new Error(`no adapter ${provider}`);
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  const signed = sign(adapter.verify, endpoint.secret, { body: bytes, nowMs: Date.now() });
  return target.fetch(new URL(endpoint.url).pathname, {
    method: "POST",
    headers: { "content-type": "application/json", ...signed.headers, ...headers },
    body,
  });
}
