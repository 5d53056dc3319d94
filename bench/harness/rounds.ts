/**
 * Interleaved rounds: every contestant gets its turn in each, so that a change of the machine's
 * mood strikes all alike.
 */
import type { Contender, Contestant } from "./contestants.ts";
import { saturate, sendAtRate } from "./load.ts";
import type { Measured } from "./load.ts";
import { median } from "./stats.ts";

export interface Durations {
  readonly warmUpMs: number;
  readonly saturatedMs: number;
  readonly halfLoadMs: number;
  readonly rounds: number;
}

export interface Turn {
  readonly saturated: Measured;
  /** At half of what it took when saturated in the same round. */
  readonly halfLoad: Measured;
  /** CPU time of the server process a delivery, in µs. */
  readonly cpuUs: number;
}

export interface Outcome {
  readonly name: string;
  readonly turns: readonly Turn[];
  readonly memoryAtRestMb: number;
  readonly memoryAfterMb: number;
  readonly acknowledged: number;
  /**
   * How many of the acknowledged ids were not found in its store after it was killed; undefined
   * where it stores nothing.
   */
  readonly lost: number | undefined;
  readonly failed: number;
}

interface Running {
  readonly contender: Contender;
  readonly turns: Turn[];
  readonly ids: string[];
  readonly memoryAtRestMb: number;
}

/** Contestants whose needs the machine lacks are left out, with a word on the console. */
export async function runRounds(
  contestants: readonly Contestant[],
  durations: Durations,
): Promise<Outcome[]> {
  const running: Running[] = [];
  for (const contestant of contestants) {
    const contender = await contestant.start();
    if (!contender) {
      console.error(`  ${contestant.name}: left out, this machine lacks what it needs`);
      continue;
    }
    const memoryAtRestMb = contender.program.memoryMb();
    const one: Running = { contender, turns: [], ids: [], memoryAtRestMb };
    const warm = await saturate({
      ...contender,
      next: contender.corpus.next,
      ms: durations.warmUpMs,
    });
    for (const id of warm.ids) one.ids.push(id);
    contender.program.pause();
    running.push(one);
  }
  for (let round = 1; round <= durations.rounds; round++) {
    console.error(`  round ${round} of ${durations.rounds}`);
    // Forwards and backwards in turn: nobody always comes after the one that heats the machine.
    for (const one of round % 2 === 1 ? running : running.toReversed())
      await takeTurn(one, durations);
  }
  return Promise.all(running.map(conclude));
}

async function takeTurn(one: Running, durations: Durations): Promise<void> {
  const { program, port, corpus } = one.contender;
  program.resume();
  const load = { port, next: corpus.next };
  const cpuBefore = program.cpuMs();
  const saturated = await saturate({ ...load, ms: durations.saturatedMs });
  const cpuUs = ((program.cpuMs() - cpuBefore) / saturated.answered) * 1000;
  const rate = saturated.perSecond / 2;
  const halfLoad = await sendAtRate({ ...load, ms: durations.halfLoadMs }, rate);
  program.pause();
  for (const { ids } of [saturated, halfLoad]) for (const id of ids) one.ids.push(id);
  one.turns.push({ saturated, halfLoad, cpuUs });
}

/** Killed without warning, then its store is searched for everything it had acknowledged. */
async function conclude({ contender, turns, ids, memoryAtRestMb }: Running): Promise<Outcome> {
  const memoryAfterMb = contender.program.memoryMb();
  await contender.program.end("SIGKILL");
  const stored = await contender.stored?.();
  contender.cleanUp?.();
  const all = turns.flatMap(({ saturated, halfLoad }) => [saturated, halfLoad]);
  return {
    name: contender.name,
    turns,
    memoryAtRestMb,
    memoryAfterMb,
    acknowledged: ids.length,
    lost: stored && ids.filter((id) => !stored.has(id)).length,
    failed: all.reduce((sum, { failed }) => sum + failed, 0),
  };
}

/** The median over the rounds of one figure. */
export const medianOf = (outcome: Outcome, figure: (turn: Turn) => number): number =>
  median(outcome.turns.map(figure));

/** The median over the rounds of a figure as a share of another contestant's in the same round. */
export function ratioOf(
  outcome: Outcome,
  base: Outcome | undefined,
  figure: (turn: Turn) => number,
): number {
  const ratios = outcome.turns.map((turn, round) => {
    const other = base?.turns[round];
    return other ? figure(turn) / figure(other) : Number.NaN;
  });
  return median(ratios);
}
