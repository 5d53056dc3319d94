/**
 * Ctrl-C, a service manager's stop and a terminal that is closed: once for a graceful stop, twice
 * for an immediate one.
 */
import type { Logger } from "../ports.ts";
import type { NodeGateway } from "../runtime/node/node.ts";
import { stackOf } from "../util/error-text.ts";

export function stopOnSignal(gateway: NodeGateway, log: Logger): void {
  let isStopping = false;
  const stop = (signal: NodeJS.Signals) => {
    if (isStopping) process.exit(130);
    isStopping = true;
    log.info("stopping", { signal });
    void gateway.stop().then(
      () => {
        log.info("stopped");
        process.exit(0);
      },
      (error: unknown) => {
        log.error("stop failed", { error: stackOf(error) });
        process.exit(1);
      },
    );
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  process.on("SIGHUP", (signal) => {
    // With the terminal the lines of the log have nowhere to go.
    for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
    stop(signal);
  });
}
