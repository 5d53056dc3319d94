/** Time zones by their names. Pure. */

/** Whether the platform knows a zone of this name, such as Europe/Berlin. */
export function isZone(name: string): boolean {
  try {
    return Intl.DateTimeFormat("en", { timeZone: name }) !== undefined;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
