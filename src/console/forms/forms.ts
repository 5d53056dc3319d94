/**
 * From the fields of forms to what the admin API takes, and back. Pure, but for reading the
 * request.
 */
import type { Context } from "hono";
import type { EndpointView } from "../../api/models/endpoint-models.ts";
import { filled, listed, ruleFieldsOf, rulesOf } from "./rule-fields.ts";
import type { Fields } from "./rule-fields.ts";
import { textOf } from "../../util/bytes.ts";
import { readBody } from "../../util/body/read-body.ts";

/** A payload to try may be large; other forms are small. */
const MAX_FORM_BYTES = 3 * 1024 * 1024;

export type { Fields } from "./rule-fields.ts";

/** The fields of a posted form; the last of a name holds. Empty where it cannot be read. */
export async function readForm(c: Context): Promise<Fields> {
  const body = await readBody(c.req.raw, MAX_FORM_BYTES);
  if (typeof body === "string") return {};
  return Object.fromEntries(new URLSearchParams(textOf(body)));
}

const FILTERS = ["events", "environments", "branches", "projects"] as const;
const TEXTS = ["title", "subtitle", "message", "redirection"] as const;

/**
 * What PATCH takes of an endpoint's form: all of its fields, so that what was emptied is emptied.
 */
export function settingsOf(fields: Fields): Record<string, unknown> {
  const { name, deliver, notify, channels } = fields;
  const mapping = filled(TEXTS.map((it) => [it, fields[it]?.trim()]));
  return {
    ...(name !== undefined && { name: name.trim() }),
    ...(deliver !== undefined && { deliver }),
    ...(notify !== undefined && { notify }),
    channels: listed(channels) ?? null,
    filters: filled(FILTERS.map((it) => [it, listed(fields[it])])),
    mapping: Object.keys(mapping).length === 0 ? null : mapping,
    rules: rulesOf(fields),
    me: listed(fields["me"]) ?? [],
  };
}

/** What an endpoint's form shows. */
export function fieldsOf({
  name,
  deliver,
  notify,
  channels,
  filters,
  mapping,
  rules,
  me,
}: EndpointView): Fields {
  const texts = Object.fromEntries(TEXTS.map((it) => [it, mapping?.[it] ?? ""]));
  const lists = Object.fromEntries(FILTERS.map((it) => [it, filters[it]?.join(", ") ?? ""]));
  return {
    name,
    deliver,
    notify,
    channels: channels?.join(", ") ?? "",
    me: me.join(", "),
    ...lists,
    ...texts,
    ...ruleFieldsOf(rules),
  };
}
