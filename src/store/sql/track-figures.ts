/**
 * The figures of a track's runs as SQL text, in both dialects: each a JSON list of numbers, made of
 * its newest runs, so that a track costs the same after years. Pure.
 */
import * as z from "zod";
import { MAX_DURATION_MS } from "../../tracking/plausible.ts";

/** How many of a track's last runs are counted. */
export const COUNTED_RUNS = 500;
/** How many of its last succeeded runs its median duration looks at. */
const MEDIAN_RUNS = 50;

/** How a dialect writes JSON as text. */
export interface JsonWords {
  readonly array: (values: string) => string;
  /** Of the rows; `[]` of none. */
  readonly list: (value: string) => string;
}

/** Expressions on a row of `tracks`. */
export const figuresText = ({ array, list }: JsonWords) => ({
  counts: `(select ${array(`count(*), ${stateCount("succeeded")}, ${stateCount("failed")}`)}
    from (${newest("state", "", COUNTED_RUNS)}) as newest)`,
  durations: `(select ${list("duration")}
    from (${newest("ended_at - started_at as duration", IS_TELLING, MEDIAN_RUNS)}) as newest)`,
});

const stateCount = (state: string): string => `count(*) filter (where state = '${state}')`;

const IS_TELLING = `and state = 'succeeded'
  and ended_at - started_at between 0 and ${MAX_DURATION_MS}`;

const newest = (fields: string, condition: string, limit: number): string =>
  `select ${fields} from runs where runs.track_id = tracks.id and not excluded ${condition}
   order by runs.created_at desc, runs.run_id desc limit ${limit}`;

const numbers = z.array(z.number());

/** Reads what one of the expressions answers. */
export const readNumbers = (json: string): number[] => numbers.parse(JSON.parse(json));
