/**
 * Octokit's webhook middleware on node:http, with one handler that does nothing.
 * https://github.com/octokit/webhooks.js
 */
import { createServer } from "node:http";
import { createNodeMiddleware, Webhooks } from "@octokit/webhooks";

const webhooks = new Webhooks({ secret: process.env.BENCH_SECRET });
webhooks.on("deployment_status", () => {});

const middleware = createNodeMiddleware(webhooks, { path: "/hooks" });
const server = createServer((request, response) => void middleware(request, response));
server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));
