/** The tests that run inside workerd, with the bindings of `wrangler.toml`; offline. */
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { OFFLINE } from "../../src/cli/scripts/wrangler.ts";
import { ADMIN_TOKEN, ENCRYPTION_KEY, PREVIEW_API_KEY } from "./secrets.ts";

Object.assign(process.env, OFFLINE);

const root = new URL("../..", import.meta.url).pathname;

export default defineConfig({
  root,
  plugins: [
    cloudflareTest({
      wrangler: { configPath: `${root}wrangler.toml` },
      miniflare: { bindings: { ADMIN_TOKEN, ENCRYPTION_KEY, PREVIEW_API_KEY } },
    }),
  ],
  test: {
    name: "worker",
    include: ["test/worker/**/*.test.ts"],
    testTimeout: 120_000,
    setupFiles: ["test/worker/quiet.ts"],
    provide: { d1Migrations: await readD1Migrations(`${root}src/store/sqlite/migrations`) },
  },
});
