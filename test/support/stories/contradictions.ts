/** Where the phone contradicts itself or what happened: found by the words of its pushes and the colours of its cards. Pure. */
import { isAlive } from "./phone.ts";
import type { CardFrame, Push } from "./phone.ts";
import type { Played, TrackView } from "./play.ts";
import { pushesOf } from "./stays.ts";

export const FAILURE = /\b(failed|stopped|crashed|ran out of memory)\b/;
export const SUCCESS = /\b(passed|is live|is ready|is finished)\b/;
const RECOVERY = /\b(again|fixed|on the \w+ try)\b/;
export const COUNT = /\b\d+ (bot|fork|more) runs?\b/;

/** What contradicts what, in words. */
export function contradictionsIn(played: Played): string[] {
  const pushes = pushesOf(played.phone.events()).filter(({ title }) => !COUNT.test(title));
  return [
    ...pushes.flatMap((push) => untold(push, pushes)),
    ...played.tracks.flatMap((track) => denied(track, pushes)),
    ...played.tracks.flatMap((track) => miscoloured(track, played)),
  ];
}

/** A recovery of something whose failure was never told to whoever hears of it. */
function untold(push: Push, pushes: readonly Push[]): string[] {
  if (!RECOVERY.test(push.title) || !SUCCESS.test(push.title)) return [];
  const name = nameIn(push.title);
  const isTold = pushes.some(
    (it) =>
      it.at <= push.at &&
      FAILURE.test(it.title) &&
      sameAudience(it, push) &&
      (name.startsWith(nameIn(it.title)) || nameIn(it.title).startsWith(name)),
  );
  return isTold ? [] : [`"${push.title}" mends what was never told`];
}

const sameAudience = (a: Push, b: Push): boolean =>
  b.channels.every((it) => a.channels.length === 0 || a.channels.includes(it));

/** What a title speaks of: its words before what happened, however they are joined. */
export const nameIn = (title: string): string =>
  title
    .replace(/\s+(failed|stopped|crashed|ran out|passed|is|needs|was|rolled)\b.*$/, "")
    .replaceAll(/[\s:·]+/g, " ");

/** The last that was told of a track and branch is denied by its newest run. */
function denied(
  { project, line, environment, runs }: TrackView,
  pushes: readonly Push[],
): string[] {
  const name = [project.name, line, environment?.name].filter(Boolean).join(" ");
  const ended = runs.filter(({ state, excluded }) => !excluded && ENDED.includes(state));
  const byBranch = Object.groupBy(ended, ({ facts }) => facts.branch ?? "");
  return Object.entries(byBranch).flatMap(([branch, own]) => {
    const newest = own?.toSorted((a, b) => b.created_at.localeCompare(a.created_at))[0];
    const last = pushes.findLast(
      ({ title, subtitle }) => nameIn(title) === name && subtitle.split(" · ").includes(branch),
    );
    if (!newest || !last) return [];
    const isDenied =
      (FAILURE.test(last.title) && newest.state === "succeeded") ||
      (SUCCESS.test(last.title) && newest.state === "failed");
    return isDenied ? [`"${last.title}" is the last word, but the newest run ${newest.state}`] : [];
  });
}

const ENDED: readonly string[] = ["succeeded", "failed"];

const COLORS: Readonly<Record<string, string>> = {
  succeeded: "green",
  failed: "red",
  canceled: "gray",
  waiting: "orange",
};

/** A card that is there in the end and does not have the colour of the run that its track shows. */
function miscoloured({ stream_key: stream, shown_run: run }: TrackView, { phone }: Played) {
  const frame = phone
    .events()
    .findLast((it): it is CardFrame => it.kind === "card" && phone.streamOf(it.card) === stream);
  if (!frame || !run || !isAlive(phone.events(), frame.card)) return [];
  const color = COLORS[run.state] ?? "blue";
  return frame.color === color || frame.color === "gray"
    ? []
    : [`card ${frame.card} is ${frame.color}, but its run is ${run.state}`];
}
