/** Waiting for several steps that are under way together. */

/**
 * Rejects as the first of them in their order that rejected, and not before the last of them is
 * over.
 */
export async function waitForAll(
  steps: readonly (Promise<unknown> | null | undefined)[],
): Promise<void> {
  const settled = await Promise.allSettled(steps.filter((step) => step instanceof Promise));
  const failed = settled.find((it) => it.status === "rejected");
  if (failed) throw failed.reason;
}
