/**
 * `npm run size`: what the Worker weighs, minified and gzipped, and how long it takes to start
 * here. Fails over 450 KiB.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runWrangler } from "./wrangler.ts";

/** About a seventh of what the free plan takes (3 MB), so that an isolate starts fast. */
const MAX_KIB = 450;

const folder = mkdtempSync(join(tmpdir(), "worker-size-"));
try {
  const profile = join(folder, "startup.cpuprofile");
  const text = await runWrangler(["check", "startup", "--outfile", profile], "pipe");
  const size = Number(/gzip: ([\d.]+) KiB/.exec(text)?.[1]);
  const startUp = Number(/Active: ([\d.]+) ms/.exec(text)?.[1]);
  if (Number.isNaN(size)) throw new Error(`wrangler told no size:\n${text}`);
  process.stdout.write(`Worker   ${size} KiB minified and gzipped, of ${MAX_KIB}\n`);
  process.stdout.write(`Start-up ${startUp} ms of CPU on this machine, of 1000\n`);
  if (size > MAX_KIB) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true });
}
