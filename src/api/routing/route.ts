/**
 * The table of routes: one value a route, from which both the HTTP handler and its OpenAPI
 * description are made, so that they cannot drift apart. Knows nothing of any resource.
 */
import * as z from "zod";
import { issuesOf, apiError } from "./api-error.ts";
import type { Issue, ApiError, ApiErrorStatus } from "./api-error.ts";

export const MEBIBYTE = 1024 * 1024;
/** How many issues the message repeats; all are in `issues`. */
const TOLD_ISSUES = 3;

export type Method = "get" | "post" | "patch" | "delete";

/** The success of a route: what it answers when nothing stands in the way. */
export interface Success<Schema extends z.ZodType> {
  readonly status: 200 | 201 | 202 | 204;
  readonly description: string;
  /** `z.undefined()` where the answer has no body. */
  readonly schema: Schema;
}

/** What a route says of itself, without its handler. */
export interface RouteDescription {
  readonly method: Method;
  /** In OpenAPI's notation: `/api/v1/endpoints/{id}`. */
  readonly path: string;
  /** Unique name of the operation, camelCase. */
  readonly operation: string;
  readonly tag: string;
  readonly summary: string;
  readonly params: z.ZodObject;
  readonly query: z.ZodObject;
  readonly body: z.ZodType;
  readonly success: Success<z.ZodType>;
  /** Refusals of its own, besides those that every route may give. */
  readonly refusals?: readonly ApiErrorStatus[];
  /** 1 MiB where absent. */
  readonly maxBodyBytes?: number;
  /** Media types of what is no JSON. */
  readonly bodyType?: string;
  readonly answerType?: string;
}

/** The schema of parameters, query or body where a route takes none. */
export const none = z.strictObject({});

/** What a route is given, not parsed yet; a part that is absent is empty. */
export interface RawInput {
  readonly params?: unknown;
  readonly query?: unknown;
  readonly body?: unknown;
}

/** A route with its handler; `Answer` is the body of its success. */
export interface Operation<Answer> extends RouteDescription {
  /**
   * Parses the input, then returns the body of the success or a refusal. Rejects only where
   * something is broken.
   */
  readonly handle: (input: RawInput) => Promise<Answer | ApiError>;
}

export type Route = Operation<unknown>;

interface RouteSpec<
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Body extends z.ZodType,
  Answer extends z.ZodType,
> extends RouteDescription {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly success: Success<Answer>;
}

interface Input<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
}

/**
 * Makes a route of its description and a handler that is given parsed values and must answer in the
 * declared shape.
 */
export function route<
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Body extends z.ZodType,
  Answer extends z.ZodType,
>(
  spec: RouteSpec<Params, Query, Body, Answer>,
  handler: (
    input: Input<z.output<Params>, z.output<Query>, z.output<Body>>,
  ) => Promise<z.input<Answer> | ApiError>,
): Operation<z.input<Answer>> {
  return {
    ...spec,
    handle: async (raw) => {
      const { params: rawParams = {}, query: rawQuery = {}, body: rawBody = {} } = raw;
      const params = spec.params.safeParse(rawParams);
      const query = spec.query.safeParse(rawQuery);
      const body = spec.body.safeParse(rawBody);
      if (params.success && query.success && body.success) {
        return handler({ params: params.data, query: query.data, body: body.data });
      }
      return invalid([
        ...issuesOf("path", spec.params, params.error),
        ...issuesOf("query", spec.query, query.error),
        ...issuesOf("body", spec.body, body.error),
      ]);
    },
  };
}

function invalid(issues: readonly Issue[]): ApiError {
  const told = issues
    .slice(0, TOLD_ISSUES)
    .map(({ path, message }) => `${path}: ${message}`)
    .join("; ");
  return apiError(400, "invalid_request", `Correct the request. ${told}`, issues);
}
