/**
 * From flags and files to request bodies, checked against the core API's contract before anything
 * is sent.
 */
import { readFileSync } from "node:fs";
import { parse as parseYaml } from "yaml";
import type * as z from "zod";
import { usageError } from "../terminal/command.ts";
import { messageOf } from "../../util/error-text.ts";

/** Texts that are a number keep their form: "0007" stays a text, 42 becomes a number. */
export const numberOrText = (value: string): number | string =>
  String(Number(value)) === value ? Number(value) : value;

/** The JSON of a flag, or of the file that the other flag names; `-` is standard input. */
export function jsonOf(
  name: string,
  inline: string | undefined,
  file: string | undefined,
): unknown {
  if (inline !== undefined && file !== undefined)
    throw usageError(`Give --${name} or --${name}-file, not both.`);
  if (file !== undefined) return parseJson(`--${name}-file`, readText(file));
  return inline === undefined ? undefined : parseJson(`--${name}`, inline);
}

export function readText(file: string): string {
  try {
    return readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (error) {
    throw usageError(`${file} cannot be read: ${messageOf(error)}`);
  }
}

/** What a YAML or JSON file holds. */
export function yamlOf(file: string): unknown {
  const text = readText(file);
  try {
    return parseYaml(text);
  } catch (error) {
    throw usageError(`${file} is neither YAML nor JSON: ${messageOf(error)}`);
  }
}

function parseJson(flag: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw usageError(`${flag} is no JSON.`);
  }
}

/**
 * `numberOfSteps` as `number_of_steps`: files may be written either way. What a webhook sends is
 * left as it is.
 */
export function snakeCased(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(snakeCased);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]: [string, unknown]) => [
      key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      snakeCased(inner),
    ]),
  );
}

/** Without what was not given. */
export function given(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** The body as the contract has it; a usage error with every field that is wrong. */
export function checked<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const issues = result.error.issues.map(({ path, message, code, ...rest }) => {
    const unknown = code === "unrecognized_keys" && "keys" in rest ? ` (${String(rest.keys)})` : "";
    return `  ${path.join(".") || "body"}: ${message}${unknown}`;
  });
  throw usageError(`Nothing was sent:\n${issues.join("\n")}`);
}
