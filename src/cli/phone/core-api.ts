/** One call of the core API, made at once: for scripts that want to know whether it was taken. */
import * as z from "zod";
import { messageOf } from "../../util/error-text.ts";
import { CliError, EXIT, usageError } from "../terminal/command.ts";
import type { CliContext, CommandResult } from "../terminal/command.ts";

const DEFAULT_URL = "https://activitysmith.com/api";
const TIMEOUT_MS = 30_000;
const NO_KEY = "Give an API key with --api-key or ACTIVITYSMITH_API_KEY";

export interface CoreApiFlags {
  readonly json: boolean;
  readonly apiKey?: string;
}

export interface CoreRequest {
  readonly method: "POST" | "PUT" | "DELETE";
  /** Below the base URL. */
  readonly path: string;
  readonly body: unknown;
  /** What was done, where the API takes it: "Push sent". */
  readonly done: string;
  /** Whether a gateway's outbox could make it as well. */
  readonly canQueue?: boolean;
}

/**
 * Makes the call; a CliError with the API's own words where it is refused or does not come through.
 */
export async function callCoreApi(
  { process }: CliContext,
  { apiKey = process.env["ACTIVITYSMITH_API_KEY"] }: CoreApiFlags,
  { method, path, body, done, canQueue = false }: CoreRequest,
): Promise<CommandResult> {
  if (!apiKey)
    throw usageError(
      canQueue ? `${NO_KEY}, or leave it to a running gateway with --queue.` : `${NO_KEY}.`,
    );
  if (!/^[\x21-\x7e]+$/.test(apiKey.trim()))
    throw usageError("The API key has signs in it that no key has; copy it again.");
  const url = `${baseUrl(process.env["ACTIVITYSMITH_API_URL"])}${path}`;
  const response = await fetch(url, {
    method,
    headers: { authorization: `Bearer ${apiKey.trim()}`, "content-type": "application/json" },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(TIMEOUT_MS),
    redirect: "error",
  }).catch((error: unknown) => {
    throw new CliError(`${url} cannot be reached: ${reasonOf(error)}`, EXIT.failed, { url });
  });
  const responseBody = parsed(await response.text());
  const { status } = response;
  if (!response.ok) throw refusal(url, status, responseBody);
  const answer = answered.safeParse(responseBody);
  if (!answer.success || answer.data.success === false) {
    const message = `${url} answered ${status}, but not as the core API does.`;
    throw new CliError(message, EXIT.failed, { status, url, responseBody });
  }
  return { json: responseBody, text: [done, ...reached(answer.data)].join(", ") };
}

function baseUrl(given: string | undefined): string {
  const url = given || DEFAULT_URL;
  if (URL.canParse(url) && /^https?:/.test(url)) return url.replace(/\/+$/, "");
  throw usageError("ACTIVITYSMITH_API_URL must be a URL that begins with http:// or https://.");
}

const answered = z.looseObject({
  success: z.boolean().optional(),
  operation: z.string().optional(),
  activity_id: z.string().nullish(),
  devices_notified: z.number().optional(),
});

function reached(answer: z.infer<typeof answered>): string[] {
  const { operation, activity_id: id, devices_notified: devices } = answer;
  return [
    ...(operation === undefined ? [] : [operation]),
    ...(id ? [`activity ${id}`] : []),
    ...(devices === undefined ? [] : [`devices ${devices}`]),
  ];
}

function refusal(url: string, status: number, responseBody: unknown): CliError {
  const body = typeof responseBody === "string" ? responseBody : JSON.stringify(responseBody);
  return new CliError(`The core API refused it with ${status}: ${body}`, EXIT.failed, {
    status,
    url,
    responseBody,
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Why a request failed: fetch itself only ever says that it did, its cause says why. */
export function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return (cause instanceof Error && messageOf(cause)) || messageOf(error);
}
