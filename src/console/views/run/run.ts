/** One run: its steps as a waterfall, the deliveries that moved it, and the calls made. Pure. */
import { html } from "hono/html";
import type { RunModel } from "../../../api/models/track-models.ts";
import { counted, durationWords, foreign, pill, shortCommit, time, toneOf } from "../parts/html.ts";
import type { Html } from "../parts/html.ts";
import { heading, liveMark } from "../parts/layout.ts";
import type { Page } from "../parts/layout.ts";
import { deliveryRow } from "../deliveries/deliveries.ts";
import type { RunPageModel } from "../../models/run-model.ts";
import { nameOf, runLinks, runTone, runWords } from "../projects.ts";
import { callRow } from "./calls.ts";
import { momentsOf, scrubber } from "./moments.ts";

const WIDTH = 1000;
const HEIGHT = 14;
/** Nobody scrolls through more rows of a waterfall. */
const MAX_STEPS = 200;

export function runPage(model: RunPageModel): Page {
  const { track, run, deliveries, calls, hasMoreCalls, now } = model;
  const { facts } = run;
  const moments = momentsOf(model);
  return {
    title: `${nameOf(track)} ${shortCommit(facts.commit)}`,
    section: "projects",
    hears: ["delivery", "call"],
    body: html`${heading(foreign(runWords(run)), html`<a href="/projects/${track.id}">${foreign(nameOf(track))}</a> ${track.environment?.name ?? ""} · ${foreign(facts.branch ?? "")} <code>${shortCommit(facts.commit)}</code>${facts.author === undefined ? "" : html` · ${foreign(facts.author)}`} · ${time(run.started_at ?? run.created_at, "full")}`, html`${liveMark}${runLinks(run)}<a class="visually-hidden" data-key="u" href="/projects/${track.id}" tabindex="-1">Its project</a>`)}
      <div id="outcome" data-region class="row">
        ${pill(runTone(run), run.state)}
        <span class="dim"
          >${run.duration_ms === null || run.duration_ms === 0 ? "" : html`took ${durationWords(run.duration_ms)}`}</span
        >${run.attempt > 1 ? html`<span class="dim">attempt ${run.attempt}</span>` : ""}${run.excluded ? html`<span class="dim">Left out by the endpoint’s filters</span>` : ""}
      </div>
      ${facts.error === undefined ? "" : html`<p class="note bad">${foreign(facts.error)}</p>`}
      <div class="${moments.length > 0 ? "with-aside" : ""}">
        <div class="stack">
          <section class="panel">
            <header>
              <h2>Steps</h2>
              <span class="dim small">${countedSteps(run)}</span>
            </header>
            <ol class="waterfall" id="steps" data-region>
              ${waterfall(run, now)}
            </ol>
          </section>
          <section class="panel flush">
            <header><h2>Deliveries that moved it</h2></header>
            <ol class="list" id="moved" data-region data-list>
              ${deliveries.map(deliveryRow)}
            </ol>
            ${deliveries.length === 0 ? html`<p class="empty">They are not kept any more.</p>` : ""}
          </section>
          <section class="panel flush">
            <header><h2>Calls made for its card</h2></header>
            <ol class="list" id="calls" data-region>
              ${calls.map((it) => callRow(it, track.stream_key))}
            </ol>
            ${calls.length === 0 && !hasMoreCalls ? html`<p class="empty">None: it was not shown, or they are not kept any more.</p>` : ""}
            ${hasMoreCalls ? html`<p class="empty">There may be older ones: only the newest were looked for.</p>` : ""}
          </section>
        </div>
        ${scrubber(moments)}
      </div>`,
  };
}

/** Of more than are shown, what failed comes before the rest. */
function shownSteps({ steps }: RunModel): RunModel["steps"] {
  if (steps.length <= MAX_STEPS) return steps;
  const isFailed = ({ state }: RunModel["steps"][number]) => state === "failed";
  return [...steps.filter(isFailed), ...steps.filter((it) => !isFailed(it))].slice(0, MAX_STEPS);
}

const countedSteps = ({ steps }: RunModel): string =>
  steps.length <= MAX_STEPS
    ? counted(steps.length, "step")
    : `${MAX_STEPS} of ${steps.length} steps, the failed first`;

/** What was still ahead when the run ended never came. */
const wordOf = ({ state }: RunModel["steps"][number], isOver: boolean): string =>
  isOver && (state === "planned" || state === "queued") ? "not reached" : state;

function waterfall(run: RunModel, now: number): Html[] {
  const times = run.steps.flatMap(({ started_at: start, ended_at: end }) =>
    [start, end].filter((it) => it !== null),
  );
  const starts = times.map((it) => Date.parse(it));
  const from = Math.min(...starts);
  const isOver = run.ended_at !== null;
  const to = Math.max(...starts, run.ended_at === null ? now : Date.parse(run.ended_at), from + 1);
  return shownSteps(run).map((step) => {
    const start = step.started_at === null ? undefined : Date.parse(step.started_at);
    const end = step.ended_at === null ? (isOver ? to : now) : Date.parse(step.ended_at);
    const x = start === undefined ? 0 : ((start - from) / (to - from)) * WIDTH;
    const width = start === undefined ? 0 : Math.max(6, ((end - start) / (to - from)) * WIDTH);
    const tone = step.state === "running" ? "busy" : toneOf(step.state);
    return html`<li>
      <span class="clip" title="${step.title}">${foreign(step.title)}</span>
      <svg
        viewBox="0 0 ${WIDTH} ${HEIGHT}"
        preserveAspectRatio="none"
        role="img"
        aria-label="${step.state}"
      >
        <rect class="fill-line" width="${WIDTH}" height="1" y="6.5" />
        ${start === undefined ? "" : html`<rect class="fill-${tone}" x="${x.toFixed(1)}" width="${Math.min(width, WIDTH - x).toFixed(1)}" height="${HEIGHT}" rx="2" />`}
      </svg>
      <span class="dim small num"
        >${step.duration_ms === null ? wordOf(step, isOver) : durationWords(step.duration_ms)}</span
      >
    </li>`;
  });
}
