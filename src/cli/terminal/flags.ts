/** The flags that many commands share, as the parser wants them. */
import { usageError } from "./command.ts";

export const jsonFlag = {
  json: { kind: "boolean", default: false, withNegated: false, brief: "Print JSON on stdout" },
} as const;

export const text = (value: string): string => value;

export const optionalText = (brief: string, placeholder = "text") =>
  ({ kind: "parsed", parse: text, optional: true, brief, placeholder }) as const;

export const optionalNumber = (brief: string) =>
  ({ kind: "parsed", parse: number, optional: true, brief, placeholder: "number" }) as const;

/** A number written out in full: `1e3` and `0x10` are mistakes here more often than not. */
export function number(value: string): number {
  if (!/^-?\d+(\.\d+)?$/.test(value)) throw usageError(`"${value}" is no number.`);
  return Number(value);
}

/** Where the gateway is, for the commands that ask it. */
export const gatewayFlags = {
  ...jsonFlag,
  gateway: optionalText("Its address (else GATEWAY_URL, else the one started here)", "url"),
  token: optionalText("Its admin token (else ADMIN_TOKEN, else data/admin-token)", "token"),
} as const;

export const optionalSwitch = (brief: string) =>
  ({ kind: "boolean", optional: true, brief }) as const;

/** `a,b`, given once or several times. */
export const listFlag = (brief: string) =>
  ({
    kind: "parsed",
    parse: text,
    variadic: ",",
    optional: true,
    brief,
    placeholder: "a,b",
  }) as const;

/** A provider by name. What may be one is known to the gateway; these are proposed. */
export const PROVIDER = {
  brief: "vercel, netlify, railway, github …",
  placeholder: "provider",
  parse: text,
  proposeCompletions: async (partial: string) => {
    const { adapters } = await import("../../../adapters/index.ts");
    return adapters.map(({ name }) => name).filter((name) => name.startsWith(partial));
  },
} as const;

export const positional = (brief: string, placeholder: string) =>
  ({ kind: "tuple", parameters: [{ brief, placeholder, parse: text }] }) as const;

export const optionalPositional = (brief: string, placeholder: string) =>
  ({ kind: "tuple", parameters: [{ brief, placeholder, parse: text, optional: true }] }) as const;
