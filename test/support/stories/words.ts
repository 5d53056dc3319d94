/** The words of a webhook's line: "run 41 completed branch=main message="Add prices"". Pure. */

/** What a story tells of: a deployment, a run, a job. */
export interface Subject {
  readonly kind: string;
  readonly id: string;
  /** All words that were said of it so far, the last one of a name holds. */
  readonly words: Readonly<Record<string, string>>;
  /** When each state was first told, and when it was first heard of, of this attempt; in ms since the epoch. */
  readonly since: Readonly<Record<string, number>>;
}

export interface Said extends Subject {
  readonly at: number;
  readonly state: string;
  /** When it was first heard of, whatever the attempt. */
  readonly createdAt: number;
  /** Another subject that was told of before. */
  readonly other: (kind: string, id: string) => Subject | undefined;
}

const WORD = /(?:[^\s"]|"[^"]*")+/g;

/** Reads a line's words, and remembers them for the lines that follow. */
export function readWords(
  text: string,
  at: number,
  provider: string,
  known: Map<string, Subject>,
): Said {
  const parts = text.match(WORD) ?? [];
  const [kind = "", id = "", state = ""] = parts.filter((part) => !isNamed(part));
  const key = (kind: string, id: string) => `${provider} ${kind} ${id}`;
  const before = known.get(key(kind, id));
  const attempt = known.get(key("run", id.split("/", 1)[0] ?? ""))?.words["attempt"];
  const words = {
    ...before?.words,
    ...(attempt !== undefined && { attempt }),
    ...Object.fromEntries(parts.filter(isNamed).map(named)),
  };
  const isSameAttempt = before?.words["attempt"] === words["attempt"];
  const since = { begun: at, [state]: at, ...(isSameAttempt && before?.since) };
  known.set(key(kind, id), { kind, id, words, since });
  const createdAt = known.get(`${key(kind, id)} first`)?.since["begun"] ?? at;
  if (!before) known.set(`${key(kind, id)} first`, { kind, id, words, since });
  return {
    kind,
    id,
    state,
    words,
    since,
    at,
    createdAt,
    other: (kind, id) => known.get(key(kind, id)),
  };
}

const isNamed = (part: string): boolean => /^[\w-]+=/.test(part);

function named(part: string): readonly [string, string] {
  const sign = part.indexOf("=");
  return [part.slice(0, sign), part.slice(sign + 1).replaceAll('"', "")];
}
