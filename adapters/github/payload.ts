/** What GitHub's payloads have in common: schemas of shared fields and the small functions that read them. */
import * as z from "zod";
import { facts as factsSchema } from "../../src/model/signal.ts";
import type { Facts, NoticeSignal, Project } from "../../src/model/signal.ts";

const iso = z.iso.datetime({ offset: true });
/** An ISO 8601 time as ms since the epoch, a number as it is, NaN where it is none: that counts as not told. */
export const instant = z
  .union([z.number(), z.string()])
  .transform((it) => (typeof it === "number" ? it : Date.parse(iso.safeParse(it).data ?? "")));
/** A time that may be missing; one before 1970, as Go's zero time is, is none. */
export const moment = instant
  .nullish()
  .catch(undefined)
  .transform((at) => (at && at > 0 ? at : undefined));
/** Clocks of GitHub's machines differ by less, in ms. */
const CLOCK_JITTER_MS = 5_000;

/** When something ended; undefined where it is said to have ended before it began. */
export const endAfter = (start: number | undefined, end: number | undefined): number | undefined =>
  start !== undefined && end !== undefined && end < start - CLOCK_JITTER_MS ? undefined : end;
/** Texts that GitHub may leave out, send as null or send empty. */
export const text = z.string().nullish();
export const person = z.object({ login: text }).nullish();
/** Counts the runs under the same id. */
export const attempt = z.number().int().positive().nullish();

export const repository = z.object({
  id: z.number(),
  name: z.string(),
  html_url: text,
  default_branch: text,
});
export type Repository = z.infer<typeof repository>;

export const projectOf = ({ id, name }: Repository): Project => ({ id: String(id), name });

type Told<Names extends PropertyKey> = { readonly [Name in Names]?: string | null | undefined };

const FACT_NAMES = factsSchema.keyof().options;

/** The facts that are really there: empty ones and nulls are left out. */
export function factsOf(told: Told<keyof Facts>): Facts {
  const facts: Facts = {};
  for (const name of FACT_NAMES) {
    const value = told[name];
    if (value) facts[name] = value;
  }
  return facts;
}

/** A notice about a repository; its title starts with the repository's name. */
export function noticeOf(
  from: Repository,
  at: number,
  title: string,
  { message, url, branch }: Told<"message" | "url" | "branch">,
): NoticeSignal {
  return {
    kind: "notice",
    project: projectOf(from),
    title: `${from.name}: ${title}`,
    ...(message && { message }),
    ...(url && { url }),
    ...(branch && { branch }),
    at,
  };
}

/** The first of the candidates that is an https URL. */
export function httpsUrl(
  ...candidates: readonly (string | null | undefined)[]
): string | undefined {
  return candidates.find(
    (candidate): candidate is string =>
      candidate?.startsWith("https://") === true && URL.canParse(candidate),
  );
}

/** `https://github.com/owner/name` plus a path. */
export const repositoryUrl = (of: Repository, path: string): string | undefined =>
  httpsUrl(of.html_url && `${of.html_url}/${path}`);

export const firstLine = (message: string | null | undefined): string | undefined =>
  message?.split("\n", 1)[0];
