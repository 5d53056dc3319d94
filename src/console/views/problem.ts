/** A page for what is not there or cannot be done: one sentence and a way on. Pure. */
import { html } from "hono/html";
import { heading } from "./parts/layout.ts";
import type { Page } from "./parts/layout.ts";

export const problemPage = (message: string): Page => ({
  title: "Not here",
  section: "now",
  body: html`${heading("That did not work")}
    <p class="note wait">${message}</p>
    <p><a class="button" href="/">Go to Now</a></p>`,
});
