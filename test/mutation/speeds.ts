/** Tests are run in the order of these: those that take less than so many ms of the processor before those that take more. */
export const SPEEDS: readonly number[] = [15, 150, 1_500, Infinity];
