/** Pages for what is not there or cannot be done: a sentence and a way on. Pure. */
import { html } from "hono/html";
import { heading } from "./parts/layout.ts";
import type { Page } from "./parts/layout.ts";
import { healthItem } from "./home.ts";
import type { HealthItem } from "./home.ts";

/** Of an address that leads to nothing. */
export const missingPage = (): Page => ({
  title: "Not here",
  section: "now",
  body: html`${heading("There is nothing here")}
    <section class="panel">
      <div class="empty">
        <strong>It may have been deleted, or is older than what is kept</strong
        ><span>The address may also have been cut off on its way to you.</span
        ><a class="button primary" href="/">Go to Now</a>
      </div>
    </section>`,
});

export const problemPage = (message: string): Page => ({
  title: "Not here",
  section: "now",
  body: html`${heading("That did not work")}
    <p class="note wait">${message}</p>
    <p><a class="button" href="/">Go to Now</a></p>`,
});

/** In place of any page that needs the database while it does not answer. */
export const awayPage = (health: readonly HealthItem[]): Page => ({
  title: "The database is away",
  section: "now",
  body: html`${heading("The database does not answer")}
    <section class="panel" aria-labelledby="health-title">
      <h2 id="health-title">How it stands</h2>
      <ul class="list" id="health">
        ${health.map(healthItem)}
      </ul>
    </section>
    <p><a class="button" href="">Try again</a></p>`,
});
