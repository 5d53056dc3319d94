/**
 * Rules as fields of a form and back: `rules.0.when.branches`, `rules.0.then.notify`. Pure.
 */
import type { EndpointView } from "../../api/models/endpoint-models.ts";

/** What a form sends, by the names of its fields. */
export type Fields = Readonly<Record<string, string>>;
export type Rule = EndpointView["rules"][number];

const LISTS = ["events", "environments", "branches", "projects", "authors", "outcomes"] as const;
const TIMES = ["from", "to", "zone"] as const;
const CHOICES = ["deliver", "notify", "interruption_level"] as const;
const TEXTS = ["title", "subtitle", "message", "redirection"] as const;
const RULE = /^rules\.(\d+)\./;

/** "a, b" as a list; undefined where there is nothing in it. */
export function listed(text: string | undefined): string[] | undefined {
  const items = (text ?? "")
    .split(",")
    .map((it) => it.trim())
    .filter((it) => it !== "");
  return items.length === 0 ? undefined : items;
}

/** Without what is empty. */
export function filled(entries: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined && value !== ""));
}

const orNothing = (record: Record<string, unknown>): Record<string, unknown> | undefined =>
  Object.keys(record).length === 0 ? undefined : record;

/** The rules of a form in the order of their places; one in which nothing is said is none. */
export function rulesOf(fields: Fields): Record<string, unknown>[] {
  const numbers = Object.keys(fields).flatMap((name) => RULE.exec(name)?.[1] ?? []);
  return [...new Set(numbers)]
    .map((number) => ({ place: placeOf(fields, number), rule: ruleOf(fields, number) }))
    .filter(({ rule }) => Object.keys(rule.when).length + Object.keys(rule.then).length > 0)
    .toSorted((a, b) => a.place - b.place)
    .map(({ rule }) => rule);
}

function placeOf(fields: Fields, number: string): number {
  const place = Number(fields[`rules.${number}.place`]);
  return place > 0 ? place : Number(number) + 1;
}

function ruleOf(fields: Fields, number: string) {
  const text = (name: string) => fields[`rules.${number}.${name}`]?.trim() ?? "";
  const between = filled([
    ...TIMES.map((it) => [it, text(`when.between.${it}`)] as const),
    ["days", listed(text("when.between.days"))],
  ]);
  const minutes = text("then.linger_minutes");
  return {
    when: filled([
      ...LISTS.map((it) => [it, listed(text(`when.${it}`))] as const),
      ["between", orNothing(between)],
    ]),
    then: filled([
      ["mute", text("then.mute") === "on" ? true : undefined],
      ...CHOICES.map((it) => [it, text(`then.${it}`)] as const),
      ["channels", listed(text("then.channels"))],
      ["linger_minutes", minutes === "" ? undefined : Number(minutes)],
      ["mapping", orNothing(filled(TEXTS.map((it) => [it, text(`then.mapping.${it}`)])))],
    ]),
  };
}

/** What the form shows of stored rules. */
export function ruleFieldsOf(rules: readonly Rule[]): Fields {
  return Object.fromEntries(rules.flatMap((rule, number) => entriesOf(rule, `rules.${number}`)));
}

function entriesOf({ when, then }: Rule, prefix: string): [string, string][] {
  const lists = LISTS.map((it) => [`when.${it}`, when[it]?.join(", ")] as const);
  const times = TIMES.map((it) => [`when.between.${it}`, when.between?.[it]] as const);
  const choices = CHOICES.map((it) => [`then.${it}`, then[it]] as const);
  const texts = TEXTS.map((it) => [`then.mapping.${it}`, then.mapping?.[it]] as const);
  const all = [
    ...lists,
    ...times,
    ["when.between.days", when.between?.days?.join(", ")] as const,
    ["then.mute", then.mute === true ? "on" : undefined] as const,
    ...choices,
    ["then.channels", then.channels?.join(", ")] as const,
    ["then.linger_minutes", then.linger_minutes?.toString()] as const,
    ...texts,
  ];
  return all.flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[`${prefix}.${name}`, value]],
  );
}

/** How many rules a form has. */
export const ruleCount = (fields: Fields): number =>
  new Set(Object.keys(fields).flatMap((name) => RULE.exec(name)?.[1] ?? [])).size;
