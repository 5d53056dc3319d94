/** The keys that a terminal offers while the demo is up. */
import { stdin } from "node:process";
import { STORIES } from "../../console/stories/titles.ts";

export type StoryName = (typeof STORIES)[number]["name"];

const CTRL_C = "\u0003";

/** The first letters of the stories. */
export const KEYS: Readonly<Record<string, StoryName>> = Object.fromEntries(
  STORIES.map(({ name }) => [name.slice(0, 1), name]),
);

export function keysLine(): string {
  const stories = STORIES.map(({ name, title }) => `${name.slice(0, 1)} ${title.toLowerCase()}`);
  return `Press ${stories.join(" · ")} · o open the page · Ctrl-C stop`;
}

/** Keys as they are pressed; Ctrl-C is the signal that it is without a program that reads keys. */
export async function* readKeys(): AsyncGenerator<string> {
  stdin.setRawMode(true);
  process.on("exit", () => stdin.setRawMode(false));
  for await (const chunk of stdin.setEncoding("utf8")) {
    for (const key of String(chunk)) {
      if (key === CTRL_C) process.kill(process.pid, "SIGINT");
      else yield key.toLowerCase();
    }
  }
}
