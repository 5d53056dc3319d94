/**
 * `deployment.rollback`: an older deployment serves again, which is news of that deployment's run.
 * Pure.
 */
import * as z from "zod";
import { optionalText as text, time } from "../../src/adapter/contract.ts";
import type { EventContext, Nothing } from "../../src/adapter/contract.ts";
import type { ProgressSignal } from "../../src/model/signal.ts";
import { PRODUCTION } from "./deployment-payload.ts";

const rollbackEvent = z.object({
  createdAt: time,
  payload: z.object({
    project: z.object({ id: text, name: text }).nullish().catch(undefined),
    projectId: text,
    toDeploymentId: text,
  }),
});

/** Sent when the request is accepted, a moment before traffic moves. Only ids are told. */
export const rollback = {
  schema: rollbackEvent,
  toSignals: (
    { createdAt, payload }: z.output<typeof rollbackEvent>,
    { receivedAt }: EventContext,
  ): ProgressSignal[] | Nothing => {
    const { project, projectId, toDeploymentId: to } = payload;
    const id = project?.id ?? projectId;
    if (!id || !to) return { nothing: "the rollback does not say of which project, or to what" };
    const at = createdAt ?? receivedAt;
    return [
      {
        kind: "progress",
        project: { id, name: project?.name ?? id },
        environment: PRODUCTION,
        run: { id: to, attempt: 1 },
        at,
        shape: "line",
        steps: [],
        // What can be gone back to was live once; when that was its own events told, if any were
        // heard.
        outcome: { state: "succeeded", provisional: true },
        serves: { how: "rolled_back", at },
        facts: {},
      },
    ];
  },
};
