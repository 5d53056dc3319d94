/** Vercel's events that are single facts: rolling releases, projects. Pure. */
import type { EventHandler } from "../../src/adapter/contract.ts";
import { occurrence, occurrenceEvent } from "./occurrence.ts";

export const noticeEvents = {
  "project.rolling-release.completed": notice("rolling release completed"),
  "project.rolling-release.aborted": notice("rolling release aborted"),
  "project.created": notice("project created"),
  "project.removed": notice("project removed"),
  "project.renamed": notice("project renamed"),
};

function notice(title: string): EventHandler<typeof occurrenceEvent> {
  return {
    schema: occurrenceEvent,
    toSignals: ({ createdAt, payload }, { receivedAt }) => [
      { kind: "notice", ...occurrence(payload, title), at: createdAt ?? receivedAt },
    ],
  };
}
