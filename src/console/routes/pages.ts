/**
 * Looking: now, projects, runs, deliveries, the outbox. Reads what is asked for, gathers it,
 * renders it.
 */
import type { Context, Hono } from "hono";
import { ApiError } from "../../api/routing/api-error.ts";
import type { ConsoleDeps } from "../deps.ts";
import { ask } from "../models/ask.ts";
import {
  deliveriesModel,
  deliveryModel,
  homeModel,
  outboxCounts,
  playedEndpoints,
  projectModel,
  projectsModel,
} from "../models/queries.ts";
import { runModel } from "../models/run-model.ts";
import { deliveriesPage } from "../views/deliveries/deliveries.ts";
import { deliveryPage } from "../views/deliveries/delivery.ts";
import { homePage } from "../views/home.ts";
import { OUTBOX_TABS, outboxPage } from "../views/outbox.ts";
import { projectPage, projectsPage } from "../views/projects.ts";
import { runPage } from "../views/run/run.ts";
import type { Page } from "../views/parts/layout.ts";
import { welcomePage } from "../views/welcome.ts";
import { STORIES } from "../stories/titles.ts";
import { whyModel } from "../models/why.ts";
import { whyPage } from "../views/deliveries/why.ts";
import { back, mayAct, refused, show } from "./answer.ts";
import { iphoneModel } from "./check-key.ts";

/** Nobody types a longer commit or branch. */
const MAX_TYPED = 200;
/** A page of the outbox. */
const OUTBOX_PAGE = 100;

export function mountPages(app: Hono, deps: ConsoleDeps): void {
  app.get("/", async (c) => show(deps, c, await homeOrWelcome(deps, c)));
  app.get("/projects", async (c) =>
    show(deps, c, projectsPage(await projectsModel(deps, c.req.query("cursor")))),
  );
  app.get("/projects/:id", async (c) => {
    const model = await projectModel(deps, c.req.param("id"), c.req.query("cursor"));
    return model instanceof ApiError ? refused(deps, c, model) : show(deps, c, projectPage(model));
  });
  app.get("/projects/:id/runs/:run", async (c) => {
    const model = await runModel(deps, c.req.param("id"), c.req.param("run"));
    return model instanceof ApiError ? refused(deps, c, model) : show(deps, c, runPage(model));
  });
  mountDeliveries(app, deps);
  mountOutbox(app, deps);
}

function mountDeliveries(app: Hono, deps: ConsoleDeps): void {
  app.get("/deliveries", async (c) => {
    const { q = "", cursor } = c.req.query();
    return show(deps, c, deliveriesPage(await deliveriesModel(deps, q.slice(0, 500), cursor)));
  });
  app.get("/why", async (c) => {
    const { commit = "", branch = "", at = "", offset = "0", cursor } = c.req.query();
    const asked = {
      commit: commit.trim().slice(0, MAX_TYPED),
      branch: branch.trim().slice(0, MAX_TYPED),
      at: at.trim().slice(0, MAX_TYPED),
      offset: Number(offset) || 0,
    };
    return show(deps, c, whyPage(await whyModel(deps, asked, cursor)));
  });
  app.get("/deliveries/:id", async (c) => {
    const model = await deliveryModel(deps, c.req.param("id"));
    if (model instanceof ApiError) return refused(deps, c, model);
    return show(deps, c, deliveryPage({ ...model, mayAct: await mayAct(deps, c) }));
  });
  app.get("/deliveries/:id/payload", async (c) => {
    const answer = await deps.operations.getDelivery.handle({ params: { id: c.req.param("id") } });
    if (answer instanceof ApiError) return refused(deps, c, answer);
    // To be kept, never to be shown as what it says it is: anybody may have written it.
    c.header("content-disposition", `attachment; filename="${answer.id}.txt"`);
    return c.text(answer.payload);
  });
  app.post("/deliveries/:id/replay", async (c) => {
    const { id } = c.req.param();
    const answer = await deps.operations.replayDelivery.handle({ params: { id } });
    return back(c, `/deliveries/${id}`, answer instanceof ApiError ? "gone" : "replayed");
  });
}

function mountOutbox(app: Hono, deps: ConsoleDeps): void {
  const { operations } = deps;
  app.get("/outbox", async (c) => {
    const { status: asked, cursor } = c.req.query();
    const status = OUTBOX_TABS.find((tab) => tab.status === asked)?.status ?? "pending";
    const query = { limit: OUTBOX_PAGE, status, ...(cursor !== undefined && { cursor }) };
    const [page, counts] = await Promise.all([
      operations.listCommands.handle({ query }),
      outboxCounts(deps),
    ]);
    if (page instanceof ApiError) return refused(deps, c, page);
    const next = page.next_cursor ?? undefined;
    const isFirstPage = cursor === undefined;
    const shown = { status, counts, rows: page.data, next, isFirstPage };
    return show(deps, c, outboxPage({ ...shown, mayAct: await mayAct(deps, c) }));
  });
  app.post("/outbox/retry", async (c) => {
    const { retried } = await ask(operations.retryDeadCommands, { body: { status: "dead" } });
    return back(c, "/outbox", retried > 0 ? "retried_all" : "nothing_to_retry");
  });
  app.post("/outbox/:id/retry", async (c) => {
    const answer = await operations.retryCommand.handle({ params: { id: c.req.param("id") } });
    return back(c, "/outbox", answer instanceof ApiError ? "nothing_to_retry" : "retried");
  });
}

/** Without an endpoint of one's own there is nothing to look at yet. */
async function homeOrWelcome(deps: ConsoleDeps, c: Context): Promise<Page> {
  const { operations } = deps;
  const { played, hasOwn } = await playedEndpoints(deps);
  if (hasOwn) return homePage(await homeModel(deps));
  const [screen, providers] = await Promise.all([
    ask(operations.getScreen),
    ask(operations.listProviders),
  ]);
  return welcomePage({
    screen,
    providers: providers.data,
    stories: STORIES,
    mayAct: await mayAct(deps, c),
    isPreview: deps.hasPreview,
    hasDemo: played.length > 0,
    iphone: await iphoneModel(deps, c),
  });
}
