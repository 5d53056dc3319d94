/** Steps that are not waited for longer than they are worth. */

/**
 * Settles as the step does; rejects with what `late` makes where it takes longer. The step may go
 * on all the same.
 */
export function withTimeout<Result>(
  step: Promise<Result>,
  ms: number,
  late: () => Error,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(late()), ms);
    step.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
