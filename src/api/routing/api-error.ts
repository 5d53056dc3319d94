/**
 * Every answer of the admin API that is not a success: its shape and how it is made. No secrets are
 * ever in it.
 */
import * as z from "zod";
import { nearestField } from "../../util/near-miss.ts";
import { knownFields } from "./known-fields.ts";

export type ApiErrorStatus = 400 | 401 | 403 | 404 | 405 | 409 | 413 | 415 | 500;

const issue = z.strictObject({
  path: z.string().describe("Where it is, e.g. `body.filters.events.0`."),
  message: z.string(),
});

export const errorBody = z
  .strictObject({
    error: z.string().describe("A stable code, e.g. `not_found`."),
    message: z.string().describe("A sentence that says what to do."),
    issues: z.array(issue).optional(),
    request_id: z.string().optional().describe("Names the failed request in the log."),
  })
  .meta({ id: "Error" });

export type Issue = z.infer<typeof issue>;
export type ErrorBody = z.infer<typeof errorBody>;

export class ApiError {
  readonly status: ApiErrorStatus;
  readonly body: ErrorBody;

  constructor(status: ApiErrorStatus, body: ErrorBody) {
    this.status = status;
    this.body = body;
  }
}

/** An expected failure, answered with this status. `message` is a sentence that says what to do. */
export function apiError(
  status: ApiErrorStatus,
  error: string,
  message: string,
  issues?: readonly Issue[],
): ApiError {
  return new ApiError(status, { error, message, ...(issues && { issues: [...issues] }) });
}

/**
 * One issue a field; an unknown field is named by the path of its issue. Empty without an error.
 */
export function issuesOf(
  where: "path" | "query" | "body",
  schema: z.ZodType,
  error: z.ZodError | undefined,
): Issue[] {
  return (error?.issues ?? []).flatMap((issue) => {
    const path = [where, ...issue.path];
    if (issue.code !== "unrecognized_keys") {
      return [{ path: path.join("."), message: issue.message }];
    }
    const known = knownFields(schema, issue.path);
    return issue.keys.map((key) => ({
      path: [...path, key].join("."),
      message: unknownField(nearestField(key, known)),
    }));
  });
}

const unknownField = (meant: string | undefined): string =>
  meant === undefined ? "Unknown field; remove it." : `Unknown field; did you mean \`${meant}\`?`;
