/** Says of a room which changes no test noticed, and how many were. */
import { readFileSync } from "node:fs";
import { relative } from "node:path";
import type { SerializedError } from "vitest";
import type { Reporter, TestModule } from "vitest/node";
import { EQUIVALENTS } from "./equivalents.ts";
import type { Equivalent } from "./equivalents.ts";
import type { Mutant } from "./instrument.ts";
import { readVerdicts } from "./verdicts.ts";

/** At least so many in a hundred. */
const MIN_SCORE = 90;

/**
 * A constant is made when its file is loaded, before any change is made: what that does shows
 * nowhere. What is equivalent makes no difference.
 */
type Verdict = "noticed" | "survived" | "not run" | "constant" | "equivalent";

export class MutationReporter implements Reporter {
  readonly #root: string;
  readonly #mutants: readonly Mutant[];
  readonly #verdictsPath: string;
  readonly #startedAt = performance.now();
  readonly #known = new Set<Equivalent>();

  constructor(root: string, mutants: readonly Mutant[], verdictsPath: string) {
    this.#root = root;
    this.#mutants = mutants;
    this.#verdictsPath = verdictsPath;
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    // What a change broke in the background, after its test.
    for (const { message } of errors) console.log(`besides: ${message}`);
    for (const module of modules)
      for (const error of module.errors()) this.#fail(`${module.moduleId}: ${error.message}`);
    const { broken, hung } = readVerdicts(this.#verdictsPath);
    for (const test of broken) this.#fail(`fails without a change, and proves nothing: ${test}`);
    const verdicts = this.#judge();
    for (const [mutant, verdict] of verdicts)
      if (verdict === "survived" || verdict === "not run")
        console.log(`${verdict}: ${this.#describe(mutant)}`);
    this.#lookForStale();
    this.#summarize(verdicts);
    const minutes = (performance.now() - this.#startedAt) / 60_000;
    console.log(`${hung.length} noticed by a test that did not end; ${minutes.toFixed(1)} min`);
  }

  #judge(): Map<Mutant, Verdict> {
    const all = readVerdicts(this.#verdictsPath);
    const [met, noticed, loaded] = [all.met, all.noticed, all.loaded].map((ids) => new Set(ids));
    const verdictOf = (mutant: Mutant): Verdict => {
      if (noticed?.has(mutant.id)) return "noticed";
      if (!met?.has(mutant.id) && loaded?.has(mutant.id)) return "constant";
      const known = EQUIVALENTS.find((it) => this.#isSame(it, mutant));
      if (known) this.#known.add(known);
      return known ? "equivalent" : met?.has(mutant.id) ? "survived" : "not run";
    };
    return new Map(this.#mutants.map((mutant) => [mutant, verdictOf(mutant)]));
  }

  #isSame({ file, code, change, line = "" }: Equivalent, mutant: Mutant): boolean {
    const { name, original, lines } = this.#read(mutant);
    const isSame = (a: string, b: string) => a.replace(/\s+/g, "") === b.replace(/\s+/g, "");
    return (
      name === `src/${file}` &&
      isSame(code, original) &&
      isSame(change, mutant.replacement) &&
      lines.includes(line)
    );
  }

  /** Of the files of this room: what is listed, and is noticed or gone. */
  #lookForStale(): void {
    const files = new Set(this.#mutants.map(({ fileName }) => relative(this.#root, fileName)));
    for (const it of EQUIVALENTS)
      if (files.has(`src/${it.file}`) && !this.#known.has(it))
        this.#fail(`listed as equivalent, and is not: ${it.file}: ${it.code} → ${it.change}`);
  }

  #summarize(verdicts: ReadonlyMap<Mutant, Verdict>): void {
    const count = (mutants: readonly Mutant[], verdict: Verdict) =>
      mutants.filter((mutant) => verdicts.get(mutant) === verdict).length;
    const files = Map.groupBy(this.#mutants, ({ fileName }) => relative(this.#root, fileName));
    for (const [name, mutants] of [...files, ["all", this.#mutants] as const]) {
      const noticed = count(mutants, "noticed");
      const [constants, equivalents] = [count(mutants, "constant"), count(mutants, "equivalent")];
      const counted = mutants.length - constants - equivalents;
      const score = (100 * noticed) / counted;
      const figures = `${noticed} of ${counted}, ${equivalents} equivalent, ${constants} constants`;
      console.log(`${score.toFixed(1).padStart(5)} %  ${figures}  ${name}`);
      if (name === "all" && !(score >= MIN_SCORE)) this.#fail(`below ${MIN_SCORE} %`);
    }
  }

  #read({ fileName, location: { start, end } }: Mutant) {
    const all = readFileSync(fileName, "utf8").split("\n");
    const lines = all.slice(start.line, end.line + 1);
    const whole = lines.join("\n");
    const last = lines.length - 1;
    lines[last] = lines[last]?.slice(0, end.column) ?? "";
    lines[0] = lines[0]?.slice(start.column) ?? "";
    return { name: relative(this.#root, fileName), original: lines.join("\n"), lines: whole };
  }

  #describe(mutant: Mutant): string {
    const { name, original } = this.#read(mutant);
    const { start } = mutant.location;
    const code = original.replaceAll("\n", "\n    ");
    return `${name}:${start.line + 1}:${start.column + 1} ${mutant.mutatorName}\n  - ${code}\n  + ${mutant.replacement}`;
  }

  #fail(message: string): void {
    console.log(message);
    process.exitCode = 1;
  }
}
