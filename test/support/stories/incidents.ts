/** What went wrong as the phone hears it: from the first push of a failure to the one that says it is over. Pure. */
import { COUNT, FAILURE, nameIn, SUCCESS } from "./contradictions.ts";
import type { Push } from "./phone.ts";

export interface IncidentFigures {
  readonly incidents: number;
  /** Of all of them together; more than two each is too many where nothing was tried again. */
  readonly pushes: number;
}

/** By what a title speaks of and to whom; pushes that count are of no single incident. */
export function incidentsIn(pushes: readonly Push[]): IncidentFigures {
  const open = new Set<string>();
  const told = { incidents: 0, pushes: 0 };
  for (const { title, channels } of pushes) {
    if (COUNT.test(title)) continue;
    const key = JSON.stringify([nameIn(title), channels]);
    const isFailure = FAILURE.test(title);
    if (!isFailure && !open.has(key)) continue;
    if (isFailure && !open.has(key)) told.incidents++;
    told.pushes++;
    if (isFailure) open.add(key);
    else if (SUCCESS.test(title)) open.delete(key);
  }
  return told;
}
