/** Says of a room which changes no test noticed, and how many were. */
import { readFileSync } from "node:fs";
import { relative } from "node:path";
import type { SerializedError } from "vitest";
import type { Reporter, TestModule } from "vitest/node";
import type { Mutant } from "./instrument.ts";

/** At least so many in a hundred. */
const MIN_SCORE = 90;

/** A constant is made when its file is loaded, before any change is made: what that does shows nowhere. */
type Verdict = "noticed" | "survived" | "not run" | "constant";

export class MutationReporter implements Reporter {
  readonly #root: string;
  readonly #mutants: readonly Mutant[];

  constructor(root: string, mutants: readonly Mutant[]) {
    this.#root = root;
    this.#mutants = mutants;
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    for (const error of errors) this.#fail(error.stack ?? error.message);
    const met = new Set<string>();
    const noticed = new Set<string>();
    const loaded = new Set<string>();
    for (const test of modules.flatMap((module) => [...module.children.allTests()])) {
      const seen = test.meta().mutants;
      for (const id of seen?.met ?? []) met.add(id);
      for (const id of seen?.noticed ?? []) noticed.add(id);
      for (const id of seen?.loaded ?? []) loaded.add(id);
      if (seen?.broken)
        this.#fail(`fails as the code is: ${test.module.moduleId} ${test.fullName}`);
    }
    for (const module of modules)
      for (const error of module.errors()) this.#fail(`${module.moduleId}: ${error.message}`);
    const verdictOf = ({ id }: Mutant): Verdict =>
      noticed.has(id)
        ? "noticed"
        : met.has(id)
          ? "survived"
          : loaded.has(id)
            ? "constant"
            : "not run";
    const counted = this.#mutants.filter((mutant) => verdictOf(mutant) !== "constant");
    for (const mutant of counted) {
      const verdict = verdictOf(mutant);
      if (verdict !== "noticed") console.log(`${verdict}: ${this.#describe(mutant)}`);
    }
    this.#summarize(counted, verdictOf);
  }

  #summarize(all: readonly Mutant[], verdictOf: (mutant: Mutant) => Verdict): void {
    const files = Map.groupBy(all, ({ fileName }) => relative(this.#root, fileName));
    for (const [name, mutants] of [...files, ["all", all] as const]) {
      const noticed = mutants.filter((mutant) => verdictOf(mutant) === "noticed").length;
      const score = (100 * noticed) / mutants.length;
      console.log(`${score.toFixed(1).padStart(5)} %  ${noticed} of ${mutants.length}  ${name}`);
      if (name === "all" && score < MIN_SCORE) this.#fail(`below ${MIN_SCORE} %`);
    }
  }

  #describe({ fileName, location: { start, end }, replacement, mutatorName }: Mutant): string {
    const place = `${relative(this.#root, fileName)}:${start.line + 1}:${start.column + 1}`;
    const lines = readFileSync(fileName, "utf8")
      .split("\n")
      .slice(start.line, end.line + 1);
    const last = lines.length - 1;
    lines[last] = lines[last]?.slice(0, end.column) ?? "";
    lines[0] = lines[0]?.slice(start.column) ?? "";
    return `${place} ${mutatorName}\n  - ${lines.join("\n    ")}\n  + ${replacement}`;
  }

  #fail(message: string): void {
    console.log(message);
    process.exitCode = 1;
  }
}
