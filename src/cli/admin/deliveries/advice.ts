/** Where a setting is the reason that nothing was told: what to set to change that. Pure. */
import { INVOCATION } from "../../terminal/invocation.ts";

interface Decided {
  readonly endpoint_id: string;
  readonly status: string;
  readonly detail: string | null;
}

const FILTERS = ["events", "environments", "branches", "projects"] as const;

/** One line, or none where no setting decided. */
export function adviceOf({ endpoint_id: id, status, detail }: Decided): string[] {
  const what = detail === null ? undefined : changeOf(id, status, detail);
  return what === undefined ? [] : [`To change that: ${what}`];
}

function changeOf(id: string, status: string, detail: string): string | undefined {
  const update = `${INVOCATION} endpoints update ${id}`;
  const [, rule] = /\brule (\d+)/.exec(detail) ?? [];
  if (rule !== undefined)
    return `rule ${rule} of the endpoint says so; \`${INVOCATION} endpoints show ${id}\` has it, and \`${update} --settings FILE\` takes other rules.`;
  const filter = FILTERS.find((it) => detail.includes(it));
  if (status === "filtered" && filter !== undefined)
    return `the endpoint's filter of ${filter} left it out; \`${update} --${filter} …\` sets it.`;
  if (detail.includes("notify: "))
    return `\`${update} --notify outcomes\` tells of successes too, \`all\` of starts and cancellations.`;
  if (detail.includes("a bot's branch"))
    return `nothing makes a bot's branch ring: one silent push in ten minutes counts its failures. A rule with \`when: { authors: ["*[bot]"] }\` mutes them or tells others (docs/rules.md).`;
  if (detail.includes("somebody else's branch"))
    return `\`${update} --me …\` says who you are: these ring, others' come silently.`;
  return undefined;
}
