/**
 * The command line `activitysmith-webhooks`: which commands there are. What a command does is
 * loaded when it is run.
 */
import {
  buildApplication,
  buildChoiceParser,
  buildCommand,
  buildRouteMap,
  numberParser,
} from "@stricli/core";
import packageJson from "../../package.json" with { type: "json" };
import * as admin from "./admin/routes.ts";
import * as phone from "./phone/routes.ts";
import { SHELLS } from "./completions/scripts.ts";
import { withExamples } from "./terminal/docs.ts";
import { inGroups } from "./terminal/root-help.ts";
import { jsonFlag, optionalText, PROVIDER, text } from "./terminal/flags.ts";
import { INVOCATION, PROGRAM } from "./terminal/invocation.ts";

const open = {
  kind: "boolean",
  default: true,
  brief: "Show it in the browser, where a person sits before the terminal",
} as const;

const start = buildCommand({
  loader: async () => (await import("./start.ts")).startCommand,
  parameters: {
    flags: {
      open,
      tunnel: {
        kind: "boolean",
        default: false,
        withNegated: false,
        brief: "Make it reachable for providers through cloudflared, where that is installed",
      },
    },
  },
  docs: { brief: "Start the gateway as the environment configures it (the default)" },
});

const demo = buildCommand({
  loader: async () => (await import("./demo/demo.ts")).demoCommand,
  parameters: { flags: { open } },
  docs: { brief: "Start a gateway that leaves nothing behind, and play deployments at it" },
});

const play = buildCommand({
  loader: async () => (await import("./simulate.ts")).playCommand,
  parameters: {
    flags: {
      ...jsonFlag,
      to: optionalText("The endpoint's URL, as the gateway showed it", "url"),
      secret: optionalText("Its secret; not needed where the URL ends in a token"),
      speed: {
        kind: "parsed",
        parse: numberParser,
        default: "1",
        brief: "How many times faster than recorded",
        placeholder: "factor",
      },
    },
    positional: {
      kind: "tuple",
      parameters: [
        { ...PROVIDER, optional: true },
        { brief: "A recorded lifecycle", placeholder: "name", parse: text, optional: true },
      ],
    },
  },
  docs: withExamples(
    "Play a recorded lifecycle at an endpoint; lists them without arguments",
    "play vercel",
    "play vercel production-failure --to <the endpoint's URL> --secret=<its secret>",
  ),
});

const completions = buildCommand({
  loader: async () => (await import("./completions/complete.ts")).completionsCommand(PROGRAM),
  parameters: {
    flags: jsonFlag,
    positional: {
      kind: "tuple",
      parameters: [
        {
          brief: SHELLS.join(", "),
          placeholder: "shell",
          parse: buildChoiceParser(SHELLS),
          proposeCompletions: (partial: string) => SHELLS.filter((it) => it.startsWith(partial)),
        },
      ],
    },
  },
  docs: { brief: "Print what makes a shell complete commands, flags and providers" },
});

const { tryFile, connect, endpoints, secrets, ...gateway } = admin;
const { deliveries, why, listen, projects, incidents, commands, ...operation } = gateway;

const groups = [
  { title: "THE GATEWAY", routes: { start, demo, ...operation } },
  { title: "PROVIDERS", routes: { connect, endpoints, secrets, play } },
  {
    title: "WHAT CAME IN, AND WHAT BECAME OF IT",
    routes: { deliveries, why, listen, try: tryFile, projects, incidents, commands },
  },
  { title: "THE PHONE", routes: phone },
  { title: "THE SHELL", routes: { completions } },
] as const;

const routes = buildRouteMap({
  docs: {
    brief: "Deploy webhooks as Live Activities and pushes on an iPhone",
    fullDescription:
      "Deploy webhooks as Live Activities and pushes on an iPhone.\n\nExit codes: 0 done, 1 it could not be done, 2 the command line is wrong and nothing was tried.\nTask by task: docs/cli.md, beside this program.",
  },
  routes: {
    ...groups[0].routes,
    ...groups[1].routes,
    ...groups[2].routes,
    ...groups[3].routes,
    ...groups[4].routes,
  },
  aliases: { simulate: "play" },
});

export const app = buildApplication(inGroups(routes, groups), {
  name: INVOCATION,
  versionInfo: { currentVersion: packageJson.version },
  scanner: { caseStyle: "allow-kebab-for-camel", allowArgumentEscapeSequence: true },
  documentation: { caseStyle: "convert-camel-to-kebab", useAliasInUsageLine: false },
});
