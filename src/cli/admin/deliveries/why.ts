/** `why`: what a delivery, a refused request or a project's newest run led to, and for which reason. */
import { command } from "../../terminal/command.ts";
import { gatewayApi } from "../client.ts";
import type { GatewayApi, GatewayFlags } from "../client.ts";
import { attemptWords, standing, verbOf } from "../commands.ts";
import { run as runView, page, summary, track } from "../models.ts";
import type { DeliveryDetail, RefusedView, RunView, TrackView } from "../models.ts";
import { callWords, deliveryLine, queryOf, refusedLine, signalWords } from "../words.ts";
import { adviceOf } from "./advice.ts";
import { deliveryById, findDelivery, findRefused, isRefusedId, refusedOf } from "./find.ts";

/** So many of a run's deliveries are looked into. */
const LOOKED_INTO = 40;

export const why = command<GatewayFlags, [string?]>(async (context, flags, reference = "last") => {
  const api = gatewayApi(context, flags);
  if (isRefusedId(reference)) {
    const found = await findRefused(api, reference);
    return { json: found, text: refusedText(found) };
  }
  const newest = reference.startsWith("dlv_") ? undefined : await newestRun(api, reference);
  if (newest) return whyRun(api, newest);
  const found = await findDelivery(api, reference);
  const since = reference === "last" ? await refusedSince(api, found) : [];
  const lines = since.map((it) => `refused since: ${refusedLine(it)}  (${it.id})`);
  return { json: found, text: [whyText(found), ...adviceOf(found), ...lines].join("\n") };
});

/** The newest request that was refused after this delivery had come. */
async function refusedSince(api: GatewayApi, { received_at: at }: DeliveryDetail) {
  const [newest] = await refusedOf(api);
  return newest && newest.received_at > at ? [newest] : [];
}

const refusedText = (it: RefusedView): string =>
  [
    `${it.id}  ${refusedLine(it)}`,
    "  It was not stored: there is no payload to show.",
    ...(it.header_names ? [`  headers   ${it.header_names.join(", ")}`] : []),
  ].join("\n");

interface NewestRun {
  readonly track: TrackView;
  readonly run: RunView;
}

/** Of a project, by its name; undefined where no project has it. */
async function newestRun({ call }: GatewayApi, project: string): Promise<NewestRun | undefined> {
  const { data } = await call(page(track), "GET", "/api/v1/tracks?limit=200");
  const tracks = data
    .filter((it) => it.project.name === project)
    .toSorted((a, b) => b.updated_at.localeCompare(a.updated_at));
  for (const it of tracks) {
    const path = `/api/v1/tracks/${encodeURIComponent(it.id)}/runs?limit=1`;
    const [run] = (await call(page(runView), "GET", path)).data;
    if (run) return { track: it, run };
  }
  return undefined;
}

async function whyRun(api: GatewayApi, newest: NewestRun) {
  const deliveries = await deliveriesOf(api, newest);
  const told = deliveries.filter(({ commands }) => commands.length > 0);
  const [last] = deliveries;
  const shown = told.length > 0 || last === undefined ? told : [last];
  const text = [
    runLine(newest),
    ...newest.run.steps.flatMap((it) => (it.state === "failed" ? [`  failed    ${it.title}`] : [])),
    ...(shown.length === 0 ? ["  No delivery of it is kept any more."] : []),
    ...shown.toReversed().map(whyText),
    ...(last ? adviceOf(deliveries.find(({ detail }) => detail !== null) ?? last) : []),
  ];
  return { json: { ...newest, deliveries }, text: text.join("\n") };
}

function runLine({ track: { project, line, environment }, run }: NewestRun): string {
  const name = [project.name, line, environment?.name].filter(Boolean).join(" ");
  const { branch, commit } = run.facts;
  const where = [branch, commit?.slice(0, 7)].filter((it) => it !== undefined).join(" ");
  const times = `since ${run.created_at}${run.ended_at === null ? "" : `, ended ${run.ended_at}`}`;
  return `${name} ${run.state}${where === "" ? "" : ` (${where})`}  run ${run.id}, ${times}`;
}

/** The deliveries that moved the run, newest first. */
async function deliveriesOf(api: GatewayApi, { track, run }: NewestRun) {
  const query = queryOf({ endpoint: track.endpoint_id, limit: "200" });
  const { data } = await api.call(page(summary), "GET", `/api/v1/deliveries?${query}`);
  const candidates = data.filter(({ project }) => project === track.project.name);
  const ids = candidates.slice(0, LOOKED_INTO).map(({ id }) => id);
  const details = await Promise.all(ids.map((id) => deliveryById(api, id)));
  return details.filter(({ signals }) => signals?.some((it) => it.run?.id === run.id));
}

function whyText(it: DeliveryDetail): string {
  const calls = it.commands.flatMap((command) => [
    `  ${verbOf(command).padEnd(9)} ${callWords(command)}  ${standing(command)}`,
    ...command.attempt_log.map((attempt) => `            ${attemptWords(attempt)}`),
  ]);
  return [
    `${it.id}  ${deliveryLine(it)}`,
    `  verified  ${it.verification.scheme}`,
    ...(it.signals ?? []).map((signal) => `  said      ${signalWords(signal)}`),
    ...(it.detail === null ? [] : [`  so        ${it.detail}`]),
    ...calls,
  ].join("\n");
}
