/** Projects: a row per project, line and environment; one of them with its runs. Pure. */
import { html } from "hono/html";
import type { RunModel, TrackModel } from "../../api/models/track-models.ts";
import {
  counted,
  dot,
  durationWords,
  foreign,
  lastedWords,
  outside,
  pill,
  shortCommit,
  time,
  toneOf,
  withQuery,
} from "./parts/html.ts";
import type { Html, Tone } from "./parts/html.ts";
import { heading, liveMark } from "./parts/layout.ts";
import type { Page } from "./parts/layout.ts";
import type { TrackFigures } from "../models/figures.ts";

export interface TrackRow {
  readonly track: TrackModel;
  /** Who tells of it; undefined where its endpoint is gone. */
  readonly provider: string | undefined;
  /** Newest first. */
  readonly runs: readonly RunModel[];
  readonly figures: TrackFigures;
}

const BARS = 20;
const BAR_STEP = 6;
const BAR_HEIGHT = 22;

export interface ProjectsModel {
  readonly rows: readonly TrackRow[];
  readonly next: string | undefined;
}

export function projectsPage({ rows, next }: ProjectsModel): Page {
  return {
    title: "Projects",
    section: "projects",
    hears: ["delivery", "call"],
    body: html`${heading("Projects", "Each project and environment with its last runs.", liveMark)}
      <section class="panel flush" aria-label="Projects">
        ${projectTable(rows)}
        ${next === undefined ? "" : html`<nav class="pages" aria-label="Pages of the list"><span></span><a rel="next" href="${withQuery("/projects", { cursor: next })}">More →</a></nav>`}
      </section>`,
  };
}

/** In the table, so that the first run takes its place by itself. */
const NO_PROJECT = html`<tr id="none">
  <td colspan="9">
    <div class="empty">
      <strong>No run yet</strong><span>A project shows up here with its first deployment.</span
      ><a class="button primary" href="/connect">Connect a provider</a>
    </div>
  </td>
</tr>`;

const projectTable = (rows: readonly TrackRow[]): Html =>
  html`<table class="projects">
    <thead>
      <tr>
        <th>Project</th>
        <th>State</th>
        <th>Last runs</th>
        <th class="extra">Commit</th>
        <th>Since</th>
        <th class="num">Success</th>
        <th class="num">Median</th>
        <th class="num extra">A week</th>
        <th class="num extra">To restore</th>
      </tr>
    </thead>
    <tbody id="projects" data-region data-list>
      ${rows.length > 0 ? rows.map(projectRow) : NO_PROJECT}
    </tbody>
  </table>`;

function projectRow({ track, provider, runs, figures }: TrackRow): Html {
  const run = track.shown_run ?? runs[0] ?? null;
  return html`<tr id="${track.id}">
    <td>
      <div class="name">
        ${dot(runTone(run), run?.state ?? "no run")}
        <a class="go" href="/projects/${track.id}">${foreign(nameOf(track))}</a>
        <small class="dim"
          >${foreign(track.environment?.name ?? run?.facts.branch ?? "")}${provider === undefined ? "" : ` · ${provider}`}</small
        >
      </div>
    </td>
    <td>${run ? pill(runTone(run), run.state) : ""}</td>
    <td>${bars(runs)}</td>
    <td class="extra"><code>${shortCommit(run?.facts.commit)}</code></td>
    <td>${time(run?.ended_at ?? run?.started_at ?? null, "since")}</td>
    <td class="num">${percent(track.success_rate)}</td>
    <td class="num">${durationWords(track.median_duration_ms)}${trendMark(figures)}</td>
    <td class="num extra">${figures.perWeek === null ? "–" : figures.perWeek.toFixed(1)}</td>
    <td class="num extra">${durationWords(figures.toRestoreMs)}</td>
  </tr>`;
}

const percent = (rate: number | null): string =>
  rate === null ? "–" : `${Math.round(rate * 100)} %`;

function trendMark({ trend }: TrackFigures): Html {
  if (trend === null || Math.abs(trend) < 0.15) return html``;
  const words = `${Math.round(Math.abs(trend) * 100)} % ${trend > 0 ? "slower" : "faster"} than before`;
  return html` <span title="${words}" aria-label="${words}" role="img"
    >${trend > 0 ? "↑" : "↓"}</span
  >`;
}

export function nameOf({ project, line }: TrackModel): string {
  return line === null ? project.name : `${project.name} · ${line}`;
}

export const runTone = (run: RunModel | null): Tone =>
  run === null
    ? "off"
    : run.state === "running" || run.state === "queued"
      ? "busy"
      : toneOf(run.state);

/** The last runs as bars, the newest at the right; the taller the longer it took. */
function bars(runs: readonly RunModel[]): Html {
  const shown = runs.slice(0, BARS).toReversed();
  const longest = Math.max(1, ...shown.map((it) => it.duration_ms ?? 0));
  const words = `Last ${counted(shown.length, "run")}: ${shown.filter(({ state }) => state === "failed").length} failed`;
  return html`<svg
    class="bars"
    width="${shown.length * BAR_STEP}"
    height="${BAR_HEIGHT}"
    viewBox="0 0 ${shown.length * BAR_STEP} ${BAR_HEIGHT}"
    role="img"
    aria-label="${words}"
  >
    ${shown.map((run, index) => {
      const height = Math.max(5, Math.round(((run.duration_ms ?? 0) / longest) * BAR_HEIGHT));
      return html`<rect
        class="fill-${runTone(run)}"
        x="${index * BAR_STEP}"
        y="${BAR_HEIGHT - height}"
        width="4"
        height="${height}"
        rx="1"
      />`;
    })}
  </svg>`;
}

export interface ProjectModel extends TrackRow {
  readonly next: string | undefined;
}

const CHART_WIDTH = 600;
const CHART_HEIGHT = 90;

export function projectPage({ track, provider, runs, figures, next }: ProjectModel): Page {
  return {
    title: nameOf(track),
    section: "projects",
    hears: ["delivery", "call"],
    body: html`${heading(foreign(nameOf(track)), html`${[track.environment?.name ?? runs[0]?.facts.branch, provider].filter((it) => it !== undefined).map((it, at) => html`${at === 0 ? "" : " · "}${foreign(it ?? "")}`)}`, html`${liveMark}<a class="button" data-key="u" href="/projects">All projects</a>`)}
      <div class="tiles" id="figures" data-region>
        ${figure("Success rate", percent(track.success_rate))}${figure("Median duration", durationWords(track.median_duration_ms))}
        ${figure("Deployments a week", figures.perWeek === null ? "–" : figures.perWeek.toFixed(1))}${figure("Change failure rate", percent(figures.failureRate))}${figure("Time to restore", durationWords(figures.toRestoreMs))}
      </div>
      <section class="panel">
        <h2>Durations</h2>
        <div id="durations" data-region>${chart(track, runs)}</div>
      </section>
      <section class="panel flush">
        <header><h2>Runs</h2></header>
        <ol class="list" id="runs" data-region data-list>
          ${runs.map((run) => runRow(track, run))}
        </ol>
        ${next === undefined ? "" : html`<nav class="pages" aria-label="Pages of the list"><span></span><a rel="next" href="${withQuery(`/projects/${track.id}`, { cursor: next })}">Older →</a></nav>`}
      </section>`,
  };
}

const figure = (words: string, value: string): Html =>
  html`<div class="tile">
    <span class="dim small">${words}</span><span class="figure">${value}</span>
  </div>`;

/** Fewer runs than these do not fill the width: a bar is no block. */
const CHART_BARS = 40;

function chart(track: TrackModel, runs: readonly RunModel[]): Html {
  const timed = runs.filter(({ duration_ms: ms }) => ms !== null).toReversed();
  if (timed.length === 0) return html`<p class="dim">No run has ended yet.</p>`;
  const longest = Math.max(1, ...timed.map((it) => it.duration_ms ?? 0));
  const step = CHART_WIDTH / Math.max(timed.length, CHART_BARS);
  return html`<svg
      class="chart"
      viewBox="0 0 ${CHART_WIDTH} ${CHART_HEIGHT}"
      preserveAspectRatio="none"
      role="group"
      aria-label="${counted(timed.length, "run")}, the longest took ${durationWords(longest)}"
    >
      <line
        class="fill-line"
        x1="0"
        x2="${CHART_WIDTH}"
        y1="${CHART_HEIGHT}"
        y2="${CHART_HEIGHT}"
      />
      ${timed.map((run, index) => {
        const height = Math.max(2, ((run.duration_ms ?? 0) / longest) * CHART_HEIGHT);
        return html`<a href="${runPath(track, run)}" tabindex="-1" aria-hidden="true"
          ><rect
            class="fill-${runTone(run)}"
            x="${(index * step).toFixed(1)}"
            y="${(CHART_HEIGHT - height).toFixed(1)}"
            width="${Math.max(1, step - 3).toFixed(1)}"
            height="${height.toFixed(1)}"
            ><title>${runWords(run)}: ${run.state}, ${durationWords(run.duration_ms)}</title></rect
          ></a
        >`;
      })}
    </svg>
    <p class="dim small axis">
      <span>${counted(timed.length, "run")}, the oldest at the left</span
      ><span>the longest took ${durationWords(longest)}</span>
    </p>`;
}

export function runRow(track: TrackModel, run: RunModel): Html {
  const { facts } = run;
  return html`<li id="${rowId(run)}">
    <div class="line">
      ${dot(runTone(run), run.state)}
      <a class="go what clip" href="${runPath(track, run)}">${foreign(runWords(run))}</a
      ><span class="effects dim"
        >${[run.attempt > 1 ? `attempt ${run.attempt}` : undefined, facts.branch, shortCommit(facts.commit), lastedWords(run.duration_ms)].filter((it) => it !== undefined && it !== "" && it !== "–").join(" · ")}</span
      ><span class="who">${pill(runTone(run), run.state)}</span
      ><span class="when">${time(run.started_at ?? run.created_at)}</span>
    </div>
  </li>`;
}

const runPath = ({ id }: TrackModel, run: RunModel): string =>
  `/projects/${id}/runs/${encodeURIComponent(run.id)}`;

/** What a run is called: what was committed, else what is known of it; its id says nothing to people. */
export function runWords({ facts }: Pick<RunModel, "facts">): string {
  const { message, label, commit, branch } = facts;
  const subject = message?.split("\n")[0]?.trim();
  if (subject !== undefined && subject !== "") return subject;
  if (label !== undefined) return label;
  if (commit !== undefined) return `Commit ${shortCommit(commit)}`;
  return branch === undefined ? "A run without a commit" : `A run of ${branch}`;
}

const rowId = ({ id, attempt }: RunModel): string => `run-${encodeURIComponent(id)}-${attempt}`;

/** Links to what the run made and wrote. */
export const runLinks = ({ facts }: RunModel): Html =>
  html`${outside(facts.url, "Deployment")} ${outside(facts.log_url, "Log")}`;
