/**
 * A gateway that is killed at a crash point and started again, seen from outside: over HTTP, and by
 * what it tells.
 */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import * as z from "zod";
import { QUICK_START } from "../gateway-process.ts";

const ENTRY = join(import.meta.dirname, "crashing-gateway.ts");

const ready = z.object({ url: z.string(), adminToken: z.string() });

export interface CrashingGateway {
  /** Lets the crash point count from now on. */
  arm(): void;
  /** How often it was killed by its crash point. */
  readonly crashes: number;
  /** Errors that it logged. */
  readonly errors: readonly unknown[];
  /**
   * A request to the process that is alive; waits for the next one where it dies, and tries again.
   */
  request(path: string, init?: RequestInit): Promise<Response>;
  admin(method: string, path: string, body?: unknown): Promise<Response>;
  /** Resolves when it has settled a command, committed a digest, or started. */
  moved(): Promise<unknown>;
  end(): Promise<void>;
}

interface Running {
  readonly child: ChildProcess;
  readonly url: string;
  readonly adminToken: string;
}

/** Starts it; after the crash it is started again without the crash point. */
export async function startCrashingGateway(
  environment: Readonly<Record<string, string>>,
  crashPoint: string,
): Promise<CrashingGateway> {
  const events = new EventTarget();
  const errors: unknown[] = [];
  let crashes = 0;
  let isEnding = false;
  let current: Promise<Running> = launch(crashPoint);
  current.catch(() => undefined);

  async function launch(point?: string): Promise<Running> {
    const child = spawn(process.execPath, [...QUICK_START, ENTRY], {
      env: {
        ...environment,
        PORT: "0",
        ...(point !== undefined && { CRASH_POINT: point }),
      },
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    child.on("message", (message) => {
      if (typeof message === "object" && message !== null && "error" in message)
        errors.push(message);
      events.dispatchEvent(new Event("moved"));
    });
    child.once("exit", (_code, signal) => {
      if (isEnding || signal !== "SIGKILL") return;
      crashes += 1;
      current = launch();
      current.catch(() => undefined);
    });
    return { child, ...(await told(child)) };
  }

  async function request(path: string, init?: RequestInit): Promise<Response> {
    for (;;) {
      const asked = current;
      const { child, url } = await asked;
      try {
        return await fetch(url + path, init);
      } catch (error) {
        const hasEnded = child.exitCode !== null || child.signalCode !== null;
        if (hasEnded && current === asked) throw error;
        // Its connections break a little before its end is told.
        await setImmediate();
      }
    }
  }

  await current;
  return {
    get crashes() {
      return crashes;
    },
    errors,
    arm: () => void current.then(({ child }) => child.send("arm")),
    request,
    admin: async (method, path, body) => {
      const { adminToken } = await current;
      return request(path, {
        method,
        headers: {
          authorization: `Bearer ${adminToken}`,
          ...(body !== undefined && { "content-type": "application/json" }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
    },
    moved: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      events.addEventListener("moved", () => resolve(), { once: true });
      return promise;
    },
    end: async () => {
      const { child } = await current;
      isEnding = true;
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}

/** The first thing that a gateway tells is where it listens. */
async function told(child: ChildProcess): Promise<z.infer<typeof ready>> {
  const { promise, resolve, reject } = Promise.withResolvers<z.infer<typeof ready>>();
  const onExit = () => reject(new Error("the gateway ended before it listened"));
  const onMessage = (message: unknown) => {
    const parsed = ready.safeParse(message);
    if (parsed.success) resolve(parsed.data);
  };
  child.once("exit", onExit).on("message", onMessage);
  try {
    return await promise;
  } finally {
    child.off("exit", onExit).off("message", onMessage);
  }
}
