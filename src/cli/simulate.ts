/** `npm run simulate -- <provider> <lifecycle> --to <endpoint url>`: plays a recorded lifecycle at any gateway. */
import { parseArgs } from "node:util";
import { adapters } from "../../adapters/index.ts";
import { playLifecycle } from "./play.ts";
import { lifecyclesOf, readLifecycle, recordedProviders } from "./recordings.ts";

const USAGE = `Usage: npm run simulate -- <provider> <lifecycle> --to <endpoint url> [--secret=<secret>] [--speed <factor>]

  --to       the endpoint's URL, as the gateway showed it
  --secret=  the endpoint's secret (with "=", it may begin with a dash); not needed where the URL ends in a token
  --speed    how many times faster than recorded (default 1)

Without arguments it lists the recorded lifecycles.
`;

class UsageError extends Error {}

function list(): string {
  return recordedProviders()
    .flatMap((provider) =>
      lifecyclesOf(provider).map((it) => `  ${`${provider} ${it.name}`.padEnd(36)} ${it.title}`),
    )
    .join("\n");
}

async function simulate(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      to: { type: "string" },
      secret: { type: "string" },
      speed: { type: "string", default: "1" },
    },
  });
  if (args.length === 0) {
    process.stdout.write(`${USAGE}\n${list()}\n`);
    return;
  }
  const [provider, name] = positionals;
  const adapter = adapters.find((it) => it.name === provider);
  if (!adapter || name === undefined)
    throw new UsageError("Say which provider and which lifecycle.");
  if (!lifecyclesOf(adapter.name).some((it) => it.name === name)) {
    throw new UsageError(`${adapter.title} has no recorded lifecycle "${name}".`);
  }
  if (values.to === undefined || !URL.canParse(values.to))
    throw new UsageError("Say with --to which endpoint URL to play at.");
  const speed = Number(values.speed);
  if (!(speed > 0)) throw new UsageError("--speed takes a number above 0.");
  const needsSecret = adapter.verify.kind !== "shared-token" && adapter.verify.kind !== "unsigned";
  if (needsSecret && values.secret === undefined)
    throw new UsageError(`${adapter.title} signs its deliveries: give --secret.`);

  let refused = 0;
  await playLifecycle({
    adapter,
    lifecycle: readLifecycle(adapter.name, name),
    hookUrl: values.to,
    secret: values.secret,
    speed,
    onAnswer: ({ name: delivery, status, answer }) => {
      if (status !== 200) refused += 1;
      process.stdout.write(`${status} ${delivery} ${answer}\n`);
    },
  });
  if (refused > 0) process.exitCode = 1;
}

try {
  await simulate(process.argv.slice(2));
} catch (error) {
  const isUsage =
    error instanceof UsageError ||
    (error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS"));
  if (!(error instanceof Error)) throw error;
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : "";
  process.stderr.write(
    isUsage ? `${error.message}\n\n${USAGE}` : `Could not play it: ${error.message}${cause}\n`,
  );
  process.exitCode = 2;
}
