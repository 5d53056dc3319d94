/** The gate that every text passes on its way to the core API. Pure. */
import { cleanText } from "../../util/clean-text.ts";
import { tagsFrom } from "./tags.ts";

/** Where a person reads prose, a line break may stay. */
const PROSE: ReadonlySet<string> = new Set(["message", "body"]);

/** The API wants a title, and an activity or push without one says nothing at all. */
const UNTITLED = "Untitled";

/**
 * A call or a part of one with all its texts as they may leave: clean, tags in the API's form.
 * Optional texts of which nothing can be seen are left out. Clean texts stay as they are, so a call
 * may pass more than once.
 */
export function wireTexts(value: unknown, name = ""): unknown {
  if (typeof value === "string") return cleanText(value, PROSE.has(name) ? "keep" : "join");
  if (typeof value !== "object" || value === null) return value;
  if (!Array.isArray(value)) return Object.fromEntries(Object.entries(value).flatMap(wireField));
  if (name === "tags") return tagsFrom(value.filter((it) => typeof it === "string"));
  return value.map((item) => wireTexts(item, name));
}

function wireField([name, value]: [string, unknown]): [string, unknown][] {
  const fit = wireTexts(value, name);
  if (fit !== "") return [[cleanText(name), fit]];
  return name === "title" ? [[name, UNTITLED]] : [];
}
