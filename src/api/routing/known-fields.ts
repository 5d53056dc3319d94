/** Which fields a schema knows, to name the one that somebody meant. Pure. */
import * as z from "zod";

/** The fields of the object at a path of what this schema parses; none where there is no object. */
export function knownFields(schema: z.core.$ZodType, path: readonly PropertyKey[]): string[] {
  const [key, ...rest] = path;
  if (schema instanceof z.ZodObject) {
    if (key === undefined) return Object.keys(schema.shape);
    const field: unknown = schema.shape[String(key)];
    return field instanceof z.ZodType ? knownFields(field, rest) : [];
  }
  if (schema instanceof z.ZodArray) return key === undefined ? [] : inner(schema.element, rest);
  if (schema instanceof z.ZodUnion)
    return schema.options.flatMap((option) => knownFields(option, path));
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodExactOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault
  )
    return inner(schema.unwrap(), path);
  return [];
}

const inner = (schema: z.core.$ZodType, path: readonly PropertyKey[]): string[] =>
  knownFields(schema, path);
