/** The order of texts that both dialects have: by code unit, not by language. Pure. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
