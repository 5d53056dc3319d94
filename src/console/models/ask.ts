/** Asking the admin API's operations from inside. */
import { ApiError } from "../../api/routing/api-error.ts";
import type { Operation, RawInput } from "../../api/routing/route.ts";

/** The answer of an operation whose input is the console's own: a refusal is a bug. */
export async function ask<Answer>(
  operation: Operation<Answer>,
  input: RawInput = {},
): Promise<Answer> {
  const answer = await operation.handle(input);
  if (answer instanceof ApiError) throw new Error(`${operation.operation}: ${answer.body.message}`);
  return answer;
}
