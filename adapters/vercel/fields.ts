/** Fields as Vercel's payloads have them: absent, null or of another kind than promised is no failure. Pure. */
import * as z from "zod";

export const text = z.string().nullish().catch(null);

/** ms since the epoch; what is no plausible time is sorted out later. */
export const moment = z.number().nonnegative().nullish().catch(null);

/** The https URL of a URL or of a host without a scheme; undefined for anything else. */
export function httpsUrl(told: string | null | undefined): string | undefined {
  if (!told) return undefined;
  const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(told) ? told : `https://${told}`;
  return URL.canParse(url) && new URL(url).protocol === "https:" ? url : undefined;
}
