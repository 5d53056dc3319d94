/** Finds the name that somebody meant who mistyped it. Pure. */

/** Shorter names are near to too many others. */
const SHORTEST = 8;
/** From this length on two slips are still plain. */
const LONG = 12;

/**
 * The known name that `name` is a slip of: letters left out, doubled, exchanged or in the wrong
 * case. Undefined where it is none, or right.
 */
export function nearMiss(name: string, known: readonly string[]): string | undefined {
  if (known.includes(name)) return undefined;
  const upper = name.toUpperCase();
  return known.find((right) => {
    if (right.length < SHORTEST || Math.abs(right.length - upper.length) > 2) return false;
    return distance(upper, right) <= (right.length < LONG ? 1 : 2);
  });
}

/** A shorter part of a name stands for too many others. */
const SHORTEST_PART = 3;

/**
 * The field that somebody meant who wrote `name`: a slip of it, or a part. Undefined where it is
 * like none of them.
 */
export function nearestField(name: string, known: readonly string[]): string | undefined {
  const plain = plainOf(name);
  const [nearest] = known
    .filter((field) => isLike(plain, plainOf(field)))
    .toSorted((a, b) => distance(plain, plainOf(a)) - distance(plain, plainOf(b)));
  return nearest;
}

const plainOf = (name: string): string => name.toLowerCase().replaceAll(/[_-]/g, "");

function isLike(name: string, field: string): boolean {
  const [short = "", long = ""] = [name, field].toSorted((a, b) => a.length - b.length);
  if (short.length >= SHORTEST_PART && (long.startsWith(short) || long.endsWith(short)))
    return true;
  return distance(name, field) <= Math.floor(long.length / 3);
}

/** How many letters have to be put in, taken out, changed, or exchanged with their neighbour. */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, at) => at)];
  const cell = (row: number, column: number) => rows[row]?.[column] ?? Infinity;
  for (let i = 1; i <= a.length; i++) {
    rows.push([i]);
    for (let j = 1; j <= b.length; j++) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      const isExchanged = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      rows[i]?.push(
        Math.min(
          cell(i - 1, j) + 1,
          cell(i, j - 1) + 1,
          cell(i - 1, j - 1) + change,
          isExchanged ? cell(i - 2, j - 2) + 1 : Infinity,
        ),
      );
    }
  }
  return cell(a.length, b.length);
}
