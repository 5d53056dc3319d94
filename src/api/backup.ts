/**
 * Backup and restore over HTTP, for a gateway whose database no other program can open. Streams
 * lines; what they say is the runtime's. POST both: whoever may only look gets neither.
 */
import type { Context, Hono } from "hono";
import * as z from "zod";
import { ConfigError } from "../util/config-error.ts";
import { textStream } from "../util/body/text-stream.ts";
import { apiError } from "./routing/api-error.ts";
import type { ApiError } from "./routing/api-error.ts";
import { none } from "./routing/route.ts";
import type { RouteDescription } from "./routing/route.ts";

/** How many rows of each table. */
type Counts = Readonly<Record<string, number>>;

export interface DatabaseBackup {
  /** The lines of a backup, each without its line break. */
  lines(): AsyncIterable<string>;
  /**
   * Fills the empty database: all rows, or none. `leftOut`: deliveries that the database cannot
   * hold. Throws ConfigError with a sentence where it is not empty, or the backup is not whole.
   */
  restore(
    text: AsyncIterable<Uint8Array>,
  ): Promise<{ readonly rows: Counts; readonly leftOut: number }>;
}

export const BACKUP_PATHS = { backup: "/api/v1/backup", restore: "/api/v1/restore" } as const;

const lines = z.string().describe("JSON lines: what it is, a line a row, a count at the end.");
const NDJSON_TYPE = "application/x-ndjson";

/** What `/openapi.json` says of both; they are no table routes, as they stream. */
export const BACKUP_ROUTES: readonly RouteDescription[] = [
  {
    method: "post",
    path: BACKUP_PATHS.backup,
    operation: "backUp",
    tag: "Backup",
    summary: "All rows of a Worker's database as of one moment; 409 elsewhere",
    params: none,
    query: none,
    body: none,
    success: { status: 200, description: "Without its last line it is no backup.", schema: lines },
    refusals: [409],
    answerType: NDJSON_TYPE,
  },
  {
    method: "post",
    path: BACKUP_PATHS.restore,
    operation: "restore",
    tag: "Backup",
    summary: "Fill a Worker's empty database from a backup; 409 elsewhere",
    params: none,
    query: none,
    body: lines,
    success: {
      status: 200,
      description: "All of it is there.",
      schema: z.strictObject({
        rows: z.record(z.string(), z.number().int()).describe("How many of each table."),
        left_out: z.number().int().describe("Deliveries that are larger than D1 holds."),
      }),
    },
    refusals: [409],
    bodyType: NDJSON_TYPE,
  },
];

const ELSEWHERE = apiError(
  409,
  "not_here",
  "This gateway's database is backed up and restored by `activitysmith-webhooks backup FILE` and `restore FILE`, with the settings of the gateway.",
);

/** To be mounted behind the admin token. */
export function mountBackup(app: Hono, backup: DatabaseBackup | undefined): void {
  app.post(BACKUP_PATHS.backup, (c) =>
    backup ? c.body(textStream(withBreaks(backup.lines())), 200, NDJSON) : refuse(c, ELSEWHERE),
  );
  app.post(BACKUP_PATHS.restore, async (c) => {
    if (!backup) return refuse(c, ELSEWHERE);
    try {
      const { rows, leftOut } = await backup.restore(c.req.raw.body ?? new Blob().stream());
      return c.json({ rows, left_out: leftOut });
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      return refuse(c, apiError(409, "not_restored", error.message));
    }
  });
  for (const path of Object.values(BACKUP_PATHS))
    app.all(path, (c) => {
      c.header("allow", "POST");
      return refuse(c, apiError(405, "method_not_allowed", "This path takes POST."));
    });
}

const NDJSON = { "content-type": NDJSON_TYPE, "x-accel-buffering": "no" } as const;

const refuse = (c: Context, { status, body }: ApiError): Response => c.json(body, status);

async function* withBreaks(lines: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const line of lines) yield `${line}\n`;
}
