/**
 * Reads a V8 CPU profile and says where the time went, by stage of the gateway's request path.
 * Pure.
 */
import * as z from "zod";

const cpuProfile = z.object({
  nodes: z.array(
    z.object({
      id: z.number(),
      callFrame: z.object({ functionName: z.string(), url: z.string() }),
      children: z.array(z.number()).optional(),
    }),
  ),
  samples: z.array(z.number()),
  timeDeltas: z.array(z.number()),
});

type ProfileNode = z.infer<typeof cpuProfile>["nodes"][number];

/**
 * The first that a frame matches names its stage; a frame that matches none belongs to its
 * caller's.
 */
const STAGES: readonly (readonly [stage: string, file: RegExp, name?: RegExp])[] = [
  ["idle", /^$/, /^\(idle\)$/],
  ["garbage collection", /^$/, /^\(garbage collector\)$/],
  ["decode UTF-8", /src\/bytes\.ts/, /^textOf$/],
  ["verify", /src\/verify\//],
  ["the hooks' door: body in, answer out", /src\/runtime\/hook-listener\.ts/],
  ["read body", /src\/read-body\.ts/],
  ["find endpoint", /src\/endpoints\.ts/],
  ["identify, parse", /src\/payload\.ts/],
  ["redact", /src\/pipeline\/redact\.ts/],
  ["ids", /src\/(id|hash)\.ts/],
  ["log", /src\/log\.ts/],
  ["metrics", /src\/metrics\.ts/],
  ["store deliveries", /store\/(batcher|delivery-batch)|(store|copy)-deliveries|binary-copy|spool/],
  ["digest", /pipeline\/(digest|reading|advance|move-track)|src\/(tracking|compose)\/|adapters\//],
  ["dispatch", /pipeline\/(dispatch|send|results|displace|stream-plan)|src\/(pacing|core-api)\//],
  ["loops", /runtime\/loop\.ts/],
  ["receive", /pipeline\/receive\.ts/],
  ["answer", /src\/(app|hooks|outcome)\.ts/],
  ["SQLite", /runtime\/node-sqlite\.ts/],
  ["Postgres client", /node_modules\/postgres\//],
  ["Hono", /node_modules\/hono\//],
  ["Hono's Node server", /@hono\/node-server/],
  ["other stores' steps", /src\/store\/|drizzle-orm/],
  ["Node's HTTP and streams", /^node:/],
  ["native code outside any of these", /^$/, /^\(program\)$/],
];

/** The profiler's own work, on its way in and out. */
const NOT_COUNTED = /^node:inspector/;

export interface StageTime {
  readonly stage: string;
  readonly us: number;
}

/** The busy time by stage, most first; `functions` are the busiest ones, by their own time. */
export function readProfile(json: unknown): { stages: StageTime[]; functions: StageTime[] } {
  const { nodes, samples, timeDeltas } = cpuProfile.parse(json);
  const stageOfId = stagesOf(nodes);
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const stages = new Map<string, number>();
  const functions = new Map<string, number>();
  for (const [at, id] of samples.entries()) {
    if (NOT_COUNTED.test(byId.get(id)?.callFrame.url ?? "") || stageOfId.get(id) === "idle")
      continue;
    const us = timeDeltas[at] ?? 0;
    const stage = stageOfId.get(id) ?? OTHER;
    add(stages, stage, us);
    const { functionName = "", url = "" } = byId.get(id)?.callFrame ?? {};
    add(functions, `${functionName || "(anonymous)"} ${url.split("/").slice(-2).join("/")}`, us);
  }
  return { stages: ranked(stages), functions: ranked(functions) };
}

function stagesOf(nodes: readonly ProfileNode[]): ReadonlyMap<number, string> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const found = new Map<number, string>();
  const walk = (id: number, outer: string): void => {
    const node = byId.get(id);
    if (!node) return;
    const stage = stageWithin(outer, node);
    found.set(id, stage);
    for (const child of node.children ?? []) walk(child, stage);
  };
  const [root] = nodes;
  if (root) walk(root.id, OTHER);
  return found;
}

/** Node's own code that one of our stages calls is that stage's work. */
function stageWithin(outer: string, { callFrame: { url, functionName } }: ProfileNode): string {
  const [own] =
    STAGES.find(([, file, name]) => file.test(url) && (name?.test(functionName) ?? true)) ?? [];
  return own === undefined || (own === NODE && outer !== OTHER) ? outer : own;
}

const OTHER = "start and other";
const NODE = "Node's HTTP and streams";

function add(sums: Map<string, number>, key: string, us: number): void {
  sums.set(key, (sums.get(key) ?? 0) + us);
}

const ranked = (sums: ReadonlyMap<string, number>): StageTime[] =>
  [...sums].map(([stage, us]) => ({ stage, us })).toSorted((a, b) => b.us - a.us);
