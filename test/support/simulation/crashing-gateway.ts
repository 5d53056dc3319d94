/**
 * A gateway process that kills itself at a named point of its work: the entry of a child process,
 * with the real pipeline, store and server. Told to be ready for it by the message `arm`; without
 * CRASH_POINT it never does.
 */
import { parseConfig } from "../../../src/config.ts";
import type { Store } from "../../../src/store/port.ts";
import { startNodeGateway } from "../../../src/runtime/node/node.ts";
import { CALL_STEPS } from "./crash-points.ts";

const crashPoint = process.env["CRASH_POINT"];
let isArmed = false;

process.on("message", (message) => {
  if (message === "arm") isArmed = true;
});
// Without the test that started it nobody would end it.
process.on("disconnect", () => process.exit(1));

function reach(point: string): void {
  if (isArmed && point === crashPoint) process.kill(process.pid, "SIGKILL");
}

/** Tells what has happened, for a test to await it. */
function tell(event: object): void {
  process.send?.(event);
}

/** Idle rounds of the loops claim nothing: a crash after one of those would prove nothing. */
const isIdle = (step: string, result: unknown): boolean =>
  step.startsWith("claim") && Array.isArray(result) && result.length === 0;

function watched(store: Store): Store {
  return new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof name !== "string" || typeof member !== "function") return member;
      return async (...args: readonly unknown[]) => {
        reach(`before:${name}`);
        const result: unknown = await Reflect.apply(member, target, args);
        if (!isIdle(name, result)) reach(`after:${name}`);
        if (name === "settleCommand" || name === "commitDigest") tell({ step: name });
        return result;
      };
    },
  });
}

const watchedFetch: typeof fetch = async (input, init) => {
  const step = CALL_STEPS[new Request(input, init).method] ?? "callOther";
  reach(`before:${step}`);
  const answer = await fetch(input, init);
  reach(`after:${step}`);
  return answer;
};

const log = {
  info: () => undefined,
  warn: () => undefined,
  error: (message: string, facts: object = {}) => tell({ error: message, ...facts }),
};
const gateway = await startNodeGateway(parseConfig(process.env), log, {
  fetch: watchedFetch,
  wrapStore: watched,
});
tell({ url: gateway.url, adminToken: gateway.adminToken });
