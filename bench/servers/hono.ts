/**
 * Bare Hono that reads the body, and verifies and parses it where BENCH_STEPS says so. Stores
 * nothing.
 */
import { startReceiver } from "./receiver.ts";

const steps = (process.env["BENCH_STEPS"] ?? "").split(",");
await startReceiver({ verify: steps.includes("verify"), parse: steps.includes("parse") });
