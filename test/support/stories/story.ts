/**
 * The text form of a story: webhooks with their times, claims, and what the phone shows and rings. Reads and writes that
 * text; plays nothing. The form is described in `test/stories/README.md`.
 */
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import * as z from "zod";

export const STORIES = join(import.meta.dirname, "..", "..", "stories");

const SECTIONS = ["Endpoints", "Settings", "Webhooks", "Claims", "Phone"] as const;
type Section = (typeof SECTIONS)[number];

/** What an endpoint is created with; its provider is its name unless told. */
const endpoints = z.record(z.string(), z.record(z.string(), z.unknown()).nullable());

export interface Story {
  readonly name: string;
  readonly title: string;
  /** Settings of each endpoint by its name in the story. */
  readonly endpoints: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Environment variables of the gateway. */
  readonly settings: Readonly<Record<string, string>>;
  readonly webhooks: readonly string[];
  readonly claims: readonly string[];
  readonly phone: readonly string[];
}

export const storyNames = (): string[] =>
  readdirSync(STORIES)
    .filter((file) => file.endsWith(".story"))
    .map((file) => file.slice(0, -".story".length))
    .toSorted();

const fileOf = (name: string): string => join(STORIES, `${name}.story`);

export const readStory = (name: string): Story =>
  parseStory(name, readFileSync(fileOf(name), "utf8"));

/** @throws Error where a section is missing or nobody could mean one */
export function parseStory(name: string, text: string): Story {
  const [head = "", ...parts] = text.split(/^## /m);
  const sections = new Map(parts.map((part) => [part.split("\n", 1)[0] ?? "", part]));
  const unknown = [...sections.keys()].filter((it) => !SECTIONS.some((known) => known === it));
  if (unknown.length > 0) throw new Error(`${name}: no section is called ${unknown.join(", ")}`);
  const body = (section: Section) => (sections.get(section) ?? "").split("\n").slice(1).join("\n");
  const lines = (section: Section) => linesOf(body(section));
  const told = endpoints.parse(parse(body("Endpoints")));
  return {
    name,
    title: /^# (.+)$/m.exec(head)?.[1] ?? name,
    endpoints: Object.fromEntries(Object.entries(told).map(([key, value]) => [key, value ?? {}])),
    settings: z.record(z.string(), z.coerce.string()).parse(parse(body("Settings")) ?? {}),
    webhooks: lines("Webhooks"),
    claims: lines("Claims").map((line) => line.replace(/^- /, "")),
    phone: lines("Phone"),
  };
}

/** Without blank lines and comments. */
const linesOf = (text: string): string[] =>
  text
    .split("\n")
    .map((line) => line.trimEnd())
    .filter((line) => line !== "" && !line.startsWith("//"));

/** Writes what the phone shows and rings; everything else of the story stays as a person wrote it. */
export function writePhone(name: string, phone: readonly string[]): void {
  const text = readFileSync(fileOf(name), "utf8");
  const [before = ""] = text.split(/^## Phone$/m);
  writeFileSync(fileOf(name), `${before.trimEnd()}\n\n## Phone\n${phone.join("\n")}\n`);
}
