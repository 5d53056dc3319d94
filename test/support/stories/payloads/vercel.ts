/** Vercel: "deployment d1 created app=docs branch=main message=… by=ada to=production". */
import type { HttpFixture } from "../../fixtures.ts";
import type { Said } from "../words.ts";
import { hexOf, recorded } from "./recorded.ts";

const TEAM = "ada-shop";

/** States are Vercel's own, the part of the event's name behind `deployment.`. */
export function vercelPayload(said: Said, number: number): HttpFixture | undefined {
  if (said.kind !== "deployment") return undefined;
  const event = {
    id: `evt_${hexOf(`${said.id} ${said.state} ${number}`, 24)}`,
    createdAt: said.at,
  };
  if (said.state === "rollback") return rollback(said, event);
  return recorded("vercel", "deployment.created__production", {
    ...event,
    type: `deployment.${said.state}`,
    ...deploymentOf(said),
  });
}

function deploymentOf({ id, words, state }: Said): Record<string, unknown> {
  const { app = "web-shop", to = "production", branch = "main", by = "ada-example" } = words;
  const address = `${app}-${hexOf(id, 9)}-${TEAM}.vercel.app`;
  const page = `https://vercel.com/${TEAM}/${app}/${id}`;
  const isProduction = to === "production";
  return {
    "payload.deployment.id": idOf(id),
    "payload.deployment.name": app,
    "payload.deployment.url": address,
    "payload.deployment.inspectorUrl": page,
    "payload.deployment.meta.githubCommitRef": branch,
    "payload.deployment.meta.githubCommitSha": hexOf(words["commit"] ?? id, 40),
    "payload.deployment.meta.githubCommitMessage": words["message"] ?? "Faster checkout",
    "payload.deployment.meta.githubCommitAuthorLogin": by,
    "payload.deployment.meta.githubCommitAuthorName": words["name"] ?? by,
    "payload.deployment.meta.githubCommitRepo": words["repo"] ?? "web-shop",
    "payload.deployment.meta.githubRepo": words["repo"] ?? "web-shop",
    ...(words["fork"] && {
      "payload.deployment.meta.githubCommitOrg": words["fork"],
      "payload.deployment.meta.githubCommitRepoId": "700499999",
    }),
    "payload.links.deployment": page,
    "payload.links.project": `https://vercel.com/${TEAM}/${app}`,
    "payload.name": app,
    "payload.url": address,
    "payload.project.id": projectOf(app),
    "payload.target": isProduction ? "production" : null,
    // Only `created` knows what address production will have.
    ...(state === "created" && isProduction
      ? { "payload.alias": [`${app}.example.com`] }
      : { "payload.alias": undefined }),
  };
}

function rollback({ id, words, other }: Said, event: Record<string, unknown>): HttpFixture {
  const from = words["from"] ?? "";
  const app = other("deployment", id)?.words["app"] ?? "web-shop";
  return recorded("vercel", "deployment.rollback__accepted", {
    ...event,
    "payload.project.id": projectOf(app),
    "payload.fromDeploymentId": idOf(from),
    "payload.toDeploymentId": idOf(id),
  });
}

const idOf = (id: string): string => `dpl_${hexOf(id, 28)}`;
const projectOf = (app: string): string => `prj_${hexOf(app, 28)}`;
