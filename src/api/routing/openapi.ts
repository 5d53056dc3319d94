/**
 * The OpenAPI 3.1 document of a table of routes: schemas from the same zod values that parse and
 * type the requests.
 */
import * as z from "zod";
import type { AdminDeps } from "../deps.ts";
import { errorBody } from "./api-error.ts";
import type { ApiErrorStatus } from "./api-error.ts";
import { none } from "./route.ts";
import type { RouteDescription } from "./route.ts";

type JsonObject = Record<string, unknown>;

const REFUSALS: Readonly<Record<ApiErrorStatus, string>> = {
  400: "The request is not valid; `issues` names the fields.",
  401: "The admin token is missing or wrong.",
  403: "A browser's session was used by a page of another site.",
  404: "There is no such thing.",
  405: "The path does not take this method.",
  409: "It cannot be done as things stand.",
  413: "The body is too large.",
  415: "The body is not JSON.",
  500: "Something broke here; the log has it under `request_id`.",
};

/** The route of the document itself, so that it describes itself too. */
export const openApiRoute: RouteDescription = {
  method: "get",
  path: "/openapi.json",
  operation: "getOpenApiDocument",
  tag: "Description",
  summary: "This document",
  params: none,
  query: none,
  body: none,
  success: {
    status: 200,
    description: "An OpenAPI 3.1 document.",
    schema: z.record(z.string(), z.unknown()),
  },
};

/** https://spec.openapis.org/oas/v3.1.1.html */
export function openApiDocument(
  routes: readonly RouteDescription[],
  deps: Pick<AdminDeps, "publicUrl">,
): JsonObject {
  const components = new Components();
  const paths: Record<string, JsonObject> = {};
  for (const described of routes) {
    const operations = (paths[described.path] ??= {});
    operations[described.method] = operationOf(described, components);
  }
  return {
    openapi: "3.1.1",
    info: {
      title: "ActivitySmith webhook gateway: admin API",
      version: "1",
      description:
        "Endpoints, deliveries, tracks and commands of this gateway. Unknown fields are refused. Times are ISO 8601 in UTC.",
    },
    servers: [{ url: deps.publicUrl() }],
    security: [{ adminToken: [] }, { session: [] }],
    paths,
    components: {
      securitySchemes: {
        adminToken: { type: "http", scheme: "bearer", description: "ADMIN_TOKEN" },
        session: {
          type: "apiKey",
          in: "cookie",
          name: "activitysmith_session_…",
          description: "What /login sets; its name ends in a suffix of the gateway's own.",
        },
      },
      schemas: components.schemas,
    },
  };
}

function operationOf(described: RouteDescription, components: Components): JsonObject {
  const { operation, tag, summary, body, success } = described;
  return {
    operationId: operation,
    tags: [tag],
    summary,
    parameters: [
      ...parametersOf("path", described.params, components),
      ...parametersOf("query", described.query, components),
    ],
    ...(body !== none && {
      requestBody: {
        required: !body.safeParse({}).success,
        content: contentOf(components.schemaOf(body, "input"), described.bodyType),
      },
    }),
    responses: {
      [success.status]: {
        description: success.description,
        ...(success.status !== 204 && {
          content: contentOf(components.schemaOf(success.schema, "output"), described.answerType),
        }),
      },
      ...refusalsOf(described, components),
    },
  };
}

function refusalsOf(described: RouteDescription, components: Components): JsonObject {
  const statuses: ApiErrorStatus[] = [400, 401, ...(described.refusals ?? []), 500];
  if (described.method !== "get") statuses.push(403, 413, 415);
  const content = contentOf(components.schemaOf(errorBody, "output"));
  return Object.fromEntries(
    statuses.map((status) => [status, { description: REFUSALS[status], content }]),
  );
}

function parametersOf(
  where: "path" | "query",
  schema: z.ZodObject,
  components: Components,
): JsonObject[] {
  return Object.entries(schema.shape).map(([name, field]) => ({
    name,
    in: where,
    required: where === "path",
    schema: components.schemaOf(field, "input"),
  }));
}

const contentOf = (schema: unknown, type = "application/json"): JsonObject => ({
  [type]: { schema },
});

const definitions = z.record(z.string(), z.unknown());

/**
 * Gathers the schemas that have an id, so that each stands once in the document and is referred to
 * from elsewhere.
 */
class Components {
  readonly schemas: JsonObject = {};

  /** The JSON Schema of a zod schema, a reference where it has an id. */
  schemaOf(schema: z.core.$ZodType, io: "input" | "output"): unknown {
    // In a wrapper, or the outermost schema would be written out where it is used.
    const { $defs = {}, properties } = z.toJSONSchema(z.object({ schema }), { io });
    for (const [id, definition] of Object.entries(definitions.parse($defs))) {
      this.schemas[id] = relocated(definition);
    }
    return relocated(properties?.["schema"]);
  }
}

/** References of a lone schema, made to point into the document. */
function relocated(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(relocated);
  if (typeof schema !== "object" || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]: [string, unknown]) => [
      key,
      key === "$ref" && typeof value === "string"
        ? value.replace("#/$defs/", "#/components/schemas/")
        : relocated(value),
    ]),
  );
}
