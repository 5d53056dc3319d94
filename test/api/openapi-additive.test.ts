/**
 * The API only grows: whatever the released document offers is still there. After a release, write
 * the document anew: `curl -H "authorization: Bearer $ADMIN_TOKEN" <gateway>/openapi.json`.
 */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { openApiDocument } from "../../src/api/routing/openapi.ts";
import { adminRoutes, describedRoutes } from "../../src/api/admin-api.ts";
import { openAdmin } from "./support.ts";

const schema = z.looseObject({
  type: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
});
const operation = z.looseObject({
  parameters: z.array(z.looseObject({ name: z.string(), required: z.boolean() })),
  requestBody: z.unknown().optional(),
  responses: z.record(z.string(), z.unknown()),
});
const document = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.looseObject({ schemas: z.record(z.string(), z.unknown()) }),
});
type Document = z.infer<typeof document>;

const RELEASED = new URL("openapi.released.json", import.meta.url);

/** What a client of `before` would miss in `after`, one line each. */
function missing(before: Document, after: Document): string[] {
  const inputs = JSON.stringify(
    Object.values(before.paths).flatMap((it) => Object.values(it).map((op) => op.requestBody)),
  );
  return [
    ...Object.entries(before.paths).flatMap(([path, operations]) =>
      Object.entries(operations).flatMap(([method, was]) =>
        missingOfOperation(`${method} ${path}`, was, after.paths[path]?.[method]),
      ),
    ),
    ...Object.entries(before.components.schemas).flatMap(([name, was]) =>
      missingOfSchema(name, was, after.components.schemas[name], inputs.includes(`/${name}"`)),
    ),
  ];
}

function missingOfOperation(
  name: string,
  was: z.infer<typeof operation>,
  is: z.infer<typeof operation> | undefined,
): string[] {
  if (!is) return [`${name} is gone`];
  const known = new Set(was.parameters.map((it) => it.name));
  const offered = new Set(is.parameters.map((it) => it.name));
  return [
    ...[...known].filter((it) => !offered.has(it)).map((it) => `${name}: ${it} is gone`),
    ...is.parameters
      .filter((it) => it.required && !known.has(it.name))
      .map((it) => `${name}: ${it.name} is asked for`),
    ...Object.keys(was.responses)
      .filter((status) => status.startsWith("2") && !(status in is.responses))
      .map((status) => `${name}: no ${status} any more`),
  ];
}

function missingOfSchema(name: string, was: unknown, is: unknown, isInput: boolean): string[] {
  if (is === undefined) return [`${name} is gone`];
  const [before, after] = [schema.parse(was), schema.parse(is)];
  const values = new Set((after.enum ?? []).map(String));
  return [
    ...(JSON.stringify(before.type) === JSON.stringify(after.type) ? [] : [`${name}: other type`]),
    ...(before.enum ?? [])
      .filter((it) => !values.has(String(it)))
      .map((it) => `${name}: ${String(it)} is gone`),
    ...(after.required ?? [])
      .filter((it) => isInput && !before.required?.includes(it))
      .map((it) => `${name}.${it} is asked for`),
    ...Object.entries(before.properties ?? {}).flatMap(([field, type]) =>
      missingOfSchema(`${name}.${field}`, type, after.properties?.[field], isInput),
    ),
  ];
}

async function current(): Promise<Document> {
  const { deps } = await openAdmin();
  const written = openApiDocument(describedRoutes(adminRoutes(deps)), {
    publicUrl: () => "https://hooks.example",
  });
  return document.parse(JSON.parse(JSON.stringify(written)));
}

const released = (): Document => document.parse(JSON.parse(readFileSync(RELEASED, "utf8")));

test("nothing of the released document is missing", async () => {
  expect(missing(released(), await current())).toEqual([]);
});

describe("what would be missed", () => {
  test.each<[string, (it: Document) => void]>([
    ["get /api/v1/tracks is gone", (it) => delete it.paths["/api/v1/tracks"]],
    ["Delivery.summary is gone", (it) => change(it, "Delivery", "summary", undefined)],
    ["Delivery.summary: other type", (it) => change(it, "Delivery", "summary", { type: "number" })],
  ])("%s", async (line, spoil) => {
    const spoilt = await current();
    spoil(spoilt);
    expect(missing(released(), spoilt)).toContain(line);
  });
});

function change(it: Document, name: string, field: string, to: object | undefined): void {
  const changed = schema.parse(it.components.schemas[name]);
  it.components.schemas[name] = changed;
  if (to === undefined) delete changed.properties?.[field];
  else changed.properties = { ...changed.properties, [field]: to };
}
