/**
 * Reads the `RateLimit` header: a structured-field list of strings with parameters.
 * https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-ratelimit-headers-08 Pure.
 */
import type { Quota } from "../../destination.ts";

/** `"policy"; r=12; t=30`: a quoted name and its parameters, whatever their order and spacing. */
const MEMBER =
  /"(?:[^"\\]|\\.)*"((?:\s*;\s*[a-z*][a-z0-9_.*-]*(?:=(?:"(?:[^"\\]|\\.)*"|[^;,\s]+))?)*)/g;
const PARAMETER = /;\s*(r|t)=(\d{1,9})(?=\s*(?:;|$))/g;

/**
 * The quota with the fewest calls left, at equal numbers the one that lasts longest; undefined
 * where the header is absent or has no member with both `r` and `t`. Several header lines come
 * joined by commas, as `Headers.get` joins them.
 */
export function quotaOf(header: string | null): Quota | undefined {
  const quotas = Array.from((header ?? "").matchAll(MEMBER), ([, parameters = ""]) => {
    const values = new Map(
      Array.from(parameters.matchAll(PARAMETER), ([, name = "", value]) => [name, Number(value)]),
    );
    const [left, seconds] = [values.get("r"), values.get("t")];
    return left === undefined || seconds === undefined ? [] : [{ left, resetMs: seconds * 1_000 }];
  }).flat();
  return quotas.toSorted((a, b) => a.left - b.left || b.resetMs - a.resetMs)[0];
}
