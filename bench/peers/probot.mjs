/** A Probot app with one handler that does nothing. https://probot.github.io/docs/development */
import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import { createNodeMiddleware, createProbot } from "probot";

const { privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs1", format: "pem" },
});
const secret = process.env.BENCH_SECRET;
const probot = createProbot({ overrides: { appId: 1, privateKey, secret, logLevel: "warn" } });
const app = (it) => it.on("deployment_status", () => {});
const middleware = await createNodeMiddleware(app, { probot, webhooksPath: "/hooks" });
const server = createServer((request, response) => void middleware(request, response));
server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));
