/** The commands that talk to a running gateway. */
import { buildCommand, buildRouteMap } from "@stricli/core";
import {
  gatewayFlags,
  jsonFlag,
  listFlag,
  optionalNumber,
  optionalPositional,
  optionalSwitch,
  optionalText,
  positional,
  PROVIDER,
  text,
} from "../terminal/flags.ts";
import { withExamples } from "../terminal/docs.ts";
import { secretFlags } from "../terminal/secret.ts";

const settingFlags = {
  ...gatewayFlags,
  name: optionalText("Its name"),
  ...secretFlags,
  deliver: optionalText("auto, live_activity or push", "how"),
  notify: optionalText("failures, outcomes, all or none", "what"),
  channels: listFlag("ActivitySmith channels"),
  me: listFlag("Logins or names of yours: what is yours rings, what is others' comes silently"),
  events: listFlag("Only these events, * for any characters; the rest is stored and not followed"),
  environments: listFlag("Only these environments"),
  branches: listFlag("Only these branches"),
  projects: listFlag("Only these projects"),
  settings: optionalText(
    "A YAML or JSON file with settings: rules, expect, filters, mapping …",
    "file",
  ),
  enabled: optionalSwitch("Whether it takes deliveries"),
} as const;

const ENDPOINT = positional("Id or name, or the provider where it has one", "endpoint");
const ONE_PROVIDER = { kind: "tuple", parameters: [PROVIDER] } as const;
const DELIVERY = positional("Id, a project, or last", "delivery");

const onEndpoints = () => import("./endpoints.ts");
const onDeliveries = () => import("./deliveries/deliveries.ts");

export const endpoints = buildRouteMap({
  docs: { brief: "Endpoints: list, create, show, update, expected, delete" },
  routes: {
    list: buildCommand({
      loader: async () => (await onEndpoints()).list,
      parameters: { flags: gatewayFlags },
      docs: { brief: "List them" },
    }),
    create: buildCommand({
      loader: async () => (await onEndpoints()).create,
      parameters: { flags: settingFlags, positional: ONE_PROVIDER },
      docs: { brief: "Make one; its secret is shown once" },
    }),
    show: buildCommand({
      loader: async () => (await onEndpoints()).show,
      parameters: { flags: gatewayFlags, positional: ENDPOINT },
      docs: { brief: "Show one with its settings" },
    }),
    update: buildCommand({
      loader: async () => (await onEndpoints()).update,
      parameters: { flags: settingFlags, positional: ENDPOINT },
      docs: withExamples(
        "Change settings",
        "endpoints update web-shop --notify outcomes",
        "endpoints update web-shop --environments production",
        "endpoints update web-shop --settings rules.yaml",
      ),
    }),
    expected: buildCommand({
      loader: async () => (await onEndpoints()).expected,
      parameters: { flags: gatewayFlags, positional: ENDPOINT },
      docs: { brief: "What has to come, as its settings say with `expect`, and how it stands" },
    }),
    delete: buildCommand({
      loader: async () => (await onEndpoints()).remove,
      parameters: { flags: gatewayFlags, positional: ENDPOINT },
      docs: { brief: "Remove it and end what it shows" },
    }),
  },
});

export const secrets = buildRouteMap({
  docs: { brief: "Secrets of endpoints" },
  routes: {
    rotate: buildCommand({
      loader: async () => (await onEndpoints()).rotate,
      parameters: {
        flags: {
          ...gatewayFlags,
          ...secretFlags,
          expiresInSeconds: optionalNumber("How long the old one still verifies (default a day)"),
        },
        positional: ENDPOINT,
      },
      docs: withExamples(
        "Add a new secret; the old one verifies until it expires",
        "secrets rotate web-shop",
        "secrets rotate vercel --expires-in-seconds 0",
        "secrets rotate vercel --expires-in-seconds 0 --secret-env VERCEL_WEBHOOK_SECRET",
      ),
    }),
  },
});

export const deliveries = buildRouteMap({
  docs: { brief: "Deliveries: list, show, replay" },
  routes: {
    list: buildCommand({
      loader: async () => (await import("./deliveries/list.ts")).listDeliveries,
      parameters: {
        flags: {
          ...gatewayFlags,
          endpoint: optionalText("Of this endpoint only", "endpoint"),
          status: optionalText(
            "received, processed, ignored, filtered, unknown, invalid, failed, refused",
            "status",
          ),
          event: optionalText("Of this event only", "name"),
          search: optionalText(
            "Words, and outcome: project: branch: event: provider: before: has:push|activity|error|replay",
            "query",
          ),
          limit: optionalNumber("How many (default 50, at most 200)"),
        },
      },
      docs: withExamples(
        "List them, newest first",
        "deliveries list --endpoint web-shop --limit 10",
        'deliveries list --search "outcome:failed project:web-shop before:2026-11-02"',
        "deliveries list --status refused",
      ),
    }),
    show: buildCommand({
      loader: async () => (await onDeliveries()).showDelivery,
      parameters: { flags: gatewayFlags, positional: DELIVERY },
      docs: { brief: "Headers and payload of one" },
    }),
    replay: buildCommand({
      loader: async () => (await onDeliveries()).replay,
      parameters: { flags: gatewayFlags, positional: DELIVERY },
      docs: { brief: "Digest a stored one again" },
    }),
  },
});

const onCommands = () => import("./commands.ts");

export const commands = buildRouteMap({
  docs: { brief: "The outbox: list, show, retry" },
  routes: {
    list: buildCommand({
      loader: async () => (await onCommands()).listCommands,
      parameters: {
        flags: {
          ...gatewayFlags,
          status: optionalText("pending, sending, done, dead, skipped, superseded", "status"),
        },
      },
      docs: { brief: "List what is sent, waits or is given up" },
    }),
    show: buildCommand({
      loader: async () => (await onCommands()).showCommand,
      parameters: { flags: gatewayFlags, positional: positional("Id of a command", "command") },
      docs: { brief: "What became of one: every attempt and its answer" },
    }),
    retry: buildCommand({
      loader: async () => (await onCommands()).retry,
      parameters: {
        flags: { ...gatewayFlags, dead: optionalSwitch("All that were given up") },
        positional: optionalPositional("Id of a command", "command"),
      },
      docs: { brief: "Send what was given up again" },
    }),
  },
});

const INCIDENT = positional("Id, or last for the newest that is open", "incident");
const onIncidents = () => import("./incidents.ts");

export const incidents = buildRouteMap({
  docs: { brief: "What is wrong: list, acknowledge, mute" },
  routes: {
    list: buildCommand({
      loader: async () => (await onIncidents()).listIncidents,
      parameters: {
        flags: {
          ...gatewayFlags,
          state: optionalText("firing, acknowledged or resolved", "state"),
        },
      },
      docs: { brief: "List incidents, newest first" },
    }),
    acknowledge: buildCommand({
      loader: async () => (await onIncidents()).acknowledge,
      parameters: { flags: gatewayFlags, positional: INCIDENT },
      docs: { brief: "Somebody works on it: it rings again only if it gets worse or is over" },
    }),
    mute: buildCommand({
      loader: async () => (await onIncidents()).mute,
      parameters: {
        flags: { ...gatewayFlags, off: optionalSwitch("Let it ring again") },
        positional: INCIDENT,
      },
      docs: { brief: "It rings nobody any more; the next one of its kind does" },
    }),
  },
});

export const why = buildCommand({
  loader: async () => (await import("./deliveries/why.ts")).why,
  parameters: {
    flags: gatewayFlags,
    positional: optionalPositional("Id, a project, or last (the default)", "delivery"),
  },
  docs: withExamples(
    "What a delivery or a project's newest run said, changed and sent",
    "why",
    "why web-shop",
    "why dlv_01K…",
  ),
});

export const projects = buildCommand({
  loader: async () => (await onDeliveries()).projects,
  parameters: { flags: gatewayFlags },
  docs: { brief: "Every project with its state, success rate and median" },
});

export const tryFile = buildCommand({
  loader: async () => (await import("./deliveries/try.ts")).tryFile,
  parameters: {
    flags: {
      ...gatewayFlags,
      provider: optionalText("Whose payload the file holds", "provider"),
      endpoint: optionalText("With its settings; a stored delivery has its own", "endpoint"),
      settings: optionalText("With these over them: YAML or JSON, as `apply` takes", "file"),
      last: optionalNumber("Count what so many of an endpoint's newest deliveries would do"),
      header: {
        kind: "parsed",
        parse: text,
        variadic: true,
        optional: true,
        brief: "A header of the delivery",
        placeholder: "name: value",
      },
    },
    positional: positional(
      "A file (- is standard input), a delivery's id, or last; an endpoint with --last",
      "source",
    ),
  },
  docs: withExamples(
    "Dry run: what a payload would do, nothing stored or sent",
    "try last",
    "try payload.json --provider vercel",
    "try web-shop --last 200 --settings rules.yaml",
  ),
});

export const listen = buildCommand({
  loader: async () => (await import("./listen.ts")).listen,
  parameters: {
    flags: {
      ...gatewayFlags,
      forward: optionalText("Repeat each delivery to this server", "url"),
      secret: optionalText("Sign what is repeated with this, as the provider would"),
      count: optionalNumber("End after so many"),
    },
  },
  docs: withExamples(
    "Tell of each delivery as it comes in",
    "listen",
    "listen --forward localhost:3000/hook --secret=…",
  ),
});

export const apply = buildCommand({
  loader: async () => (await import("./apply.ts")).apply,
  parameters: {
    flags: {
      ...gatewayFlags,
      dryRun: optionalSwitch("Only say what would change"),
      exitCode: optionalSwitch("With --dry-run: end with 1 where something would change"),
      showSecrets: optionalSwitch("Print secrets that are made, where no terminal is as well"),
    },
    positional: positional("YAML or JSON: endpoints: [{name, provider, …}]", "file"),
  },
  docs: withExamples(
    "Make endpoints as a file declares them",
    "apply gateway.yaml --dry-run",
    "apply gateway.yaml",
  ),
});

export const connect = buildCommand({
  loader: async () => (await import("./connect.ts")).connect,
  parameters: {
    flags: {
      ...gatewayFlags,
      name: optionalText("Name of the endpoint"),
      ...secretFlags,
      wait: optionalNumber("Wait so many seconds for the first delivery"),
    },
    positional: { kind: "tuple", parameters: [{ ...PROVIDER, optional: true }] },
  },
  docs: withExamples(
    "Make an endpoint and say what to do at the provider; lists providers without one",
    "connect",
    "connect github --name web-shop --wait 300",
  ),
});

export const status = buildCommand({
  loader: async () => (await import("./health.ts")).status,
  parameters: { flags: gatewayFlags },
  docs: { brief: "How the gateway is" },
});

export const doctor = buildCommand({
  loader: async () => (await import("./health.ts")).doctor,
  parameters: { flags: gatewayFlags },
  docs: { brief: "Find what keeps webhooks from arriving or calls from going out" },
});

const onBackups = () => import("./backup.ts");

const backupFlags = {
  ...jsonFlag,
  gateway: optionalText("A Worker's address, whose D1 nothing else can open", "url"),
  token: gatewayFlags.token,
} as const;

export const backup = buildCommand({
  loader: async () => (await onBackups()).backupCommand,
  parameters: {
    flags: backupFlags,
    positional: positional("A new file; compressed where it ends in .gz", "file"),
  },
  docs: withExamples(
    "Write the database of the settings into a file, while the gateway runs or not",
    "backup gateway.backup.gz",
  ),
});

export const restore = buildCommand({
  loader: async () => (await onBackups()).restoreCommand,
  parameters: { flags: backupFlags, positional: positional("What `backup` has written", "file") },
  docs: withExamples(
    "Fill an empty database, of whatever kind, from a backup",
    "restore gateway.backup.gz",
  ),
});
