/** Railway: "deployment b crashed service=api environment=production". */
import type { HttpFixture } from "../../fixtures.ts";
import type { Said } from "../words.ts";
import { hexOf, recorded, uuidOf } from "./recorded.ts";

const SEVERITIES: Readonly<Record<string, string>> = {
  crashed: "CRITICAL",
  failed: "CRITICAL",
  oom_killed: "CRITICAL",
};

/** States are Railway's own, the part of the event's name behind `Deployment.`. */
export function railwayPayload({ kind, id, state, words, at }: Said): HttpFixture | undefined {
  if (kind !== "deployment") return undefined;
  const { project = "web-shop", service = "api", environment = "production" } = words;
  return recorded("railway", "Deployment.deployed__production", {
    type: `Deployment.${state}`,
    severity: SEVERITIES[state] ?? "INFO",
    timestamp: new Date(at).toISOString(),
    "details.id": uuidOf(`snapshot ${id}`),
    "details.branch": words["branch"] ?? "main",
    "details.commitHash": hexOf(words["commit"] ?? id, 40),
    "details.commitAuthor": words["by"] ?? "ada-example",
    "details.commitMessage": words["message"] ?? "Faster checkout",
    "details.status": state.toUpperCase(),
    "details.serviceId": uuidOf(`service ${service}`),
    "resource.project": { id: uuidOf(`project ${project}`), name: project },
    "resource.environment": {
      id: uuidOf(`environment ${project} ${environment}`),
      name: environment,
      isEphemeral: words["ephemeral"] === "yes",
    },
    "resource.service": { id: uuidOf(`service ${service}`), name: service },
    "resource.deployment.id": uuidOf(id),
  });
}
