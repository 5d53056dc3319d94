/** The rules of an endpoint as parts of its form: when something is so, then that holds. Pure. */
import { html, raw } from "hono/html";
import type { Issue } from "../../../api/routing/api-error.ts";
import type { Fields } from "../../forms/forms.ts";
import { ruleCount } from "../../forms/rule-fields.ts";
import { field, select } from "./form.ts";
import { foreign } from "./html.ts";
import type { Html } from "./html.ts";

export interface RulesModel {
  readonly typed: Fields;
  readonly issues: readonly Issue[];
}

const AS_ENDPOINT = "as the endpoint says";
export const DELIVER_WORDS = {
  auto: "Live Activities for runs, pushes for the rest",
  live_activity: "Live Activities only",
  push: "Pushes only",
};
export const NOTIFY_WORDS = {
  failures: "Failures, recoveries and approvals",
  outcomes: "Also successes",
  all: "Everything",
  none: "Nothing",
};
const LEVEL_WORDS = {
  passive: "Silently, into the list",
  active: "With a sound",
  "time-sensitive": "Through a focus",
};

/** The template's number is exchanged by the page's script. */
const TEMPLATE_NUMBER = "__N__";

export function rulesFields(model: RulesModel): Html {
  const count = ruleCount(model.typed);
  const numbers = Array.from({ length: count }, (_, index) => String(index));
  return html`<fieldset>
    <legend>Rules</legend>
    <p class="hint">
      They are asked in their order, after the filters; the first that matches decides. What a rule
      does not say is as the endpoint says.
    </p>
    <div class="stack tight" id="rules">${numbers.map((it) => ruleFields(model, it))}</div>
    <template data-for="rules">${ruleFields({ typed: {}, issues: [] }, TEMPLATE_NUMBER)}</template>
    <div><button type="button" class="slim" data-add="rules">Add a rule</button></div>
  </fieldset>`;
}

// oxlint-disable-next-line max-lines-per-function -- one form as one template
function ruleFields({ typed, issues }: RulesModel, number: string): Html {
  const prefix = `rules.${number}`;
  const own = issues.filter(({ path }) => path.startsWith(`body.${prefix}`));
  const text = (name: string, label: string, hint = "") =>
    field({
      name: `${prefix}.${name}`,
      label,
      hint,
      value: typed[`${prefix}.${name}`] ?? "",
      issues: own,
    });
  const choice = (name: string, label: string, options: Readonly<Record<string, string>>) =>
    select({
      name: `${prefix}.${name}`,
      label,
      value: typed[`${prefix}.${name}`] ?? "",
      options: { "": AS_ENDPOINT, ...options },
    });
  const isMuted = typed[`${prefix}.then.mute`] === "on";
  const place = typed[`${prefix}.place`] ?? String(Number(number) + 1 || "");
  return html`<details class="rule" data-part ${own.length > 0 ? raw(" open") : ""}>
    <summary>${ruleWords(typed, prefix)}</summary>
    <div>
      ${own.filter(({ path }) => !isOfField(path)).map(({ message }) => html`<p class="error">${message}</p>`)}
      <h3>When all of this is so</h3>
      <div class="fields">
        ${text("when.projects", "Projects", "* stands for anything.")}${text("when.branches", "Branches")}${text("when.environments", "Environments")}
        ${text("when.authors", "Authors", "Login or name.")}${text("when.events", "Events")}${text("when.outcomes", "Outcomes", "failed, succeeded, recovered, canceled, asked, alert …")}
      </div>
      <div class="fields">
        ${text("when.between.from", "From", "22:00")}${text("when.between.to", "To", "07:00")}${text("when.between.zone", "Time zone", "Europe/Berlin")}${text("when.between.days", "On days", "mon, tue …; empty: all")}
      </div>
      <h3>Then</h3>
      <label class="check"
        ><input type="checkbox" name="${prefix}.then.mute" ${isMuted ? raw(" checked") : ""} /><span
          >Mute it: neither shown nor told (stands alone)</span
        ></label
      >
      <div class="fields">
        ${choice("then.deliver", "It becomes", DELIVER_WORDS)}${choice("then.notify", "What rings", NOTIFY_WORDS)}${choice("then.interruption_level", "How it rings", LEVEL_WORDS)}
        ${text("then.channels", "Channels", "Slugs, separated by commas.")}${text("then.linger_minutes", "A result stays", "Minutes, up to 480.")}
      </div>
      <details>
        <summary class="quiet">Texts of its own</summary>
        <div class="fields">
          ${text("then.mapping.title", "Title")}${text("then.mapping.subtitle", "Subtitle")}${text("then.mapping.message", "Message")}${text("then.mapping.redirection", "Link of a tap")}
        </div>
      </details>
      <div class="row between">
        <label class="row"
          >Place
          <input class="place" name="${prefix}.place" value="${place}" inputmode="numeric" size="3"
        /></label>
        <button type="button" class="slim danger" data-removes>Remove</button>
      </div>
    </div>
  </details>`;
}

/** Issues that no field can show stand above the fields. */
const isOfField = (path: string): boolean => /\.(when|then)\.[a-z_]+/.test(path);

/** "branches dependabot/* → mute", so that a folded rule can be read. */
function ruleWords(typed: Fields, prefix: string): Html {
  const said = (part: "when" | "then") =>
    Object.entries(typed).flatMap(([name, value]) => {
      const start = `${prefix}.${part}.`;
      if (!name.startsWith(start) || value === "") return [];
      const word = name.slice(start.length).replace("between.", "").replaceAll("_", " ");
      return word === "mute" ? ["mute"] : [`${word} ${value}`];
    });
  const [when, then] = [said("when"), said("then")];
  if (when.length + then.length === 0) return html`A new rule`;
  return html`${foreign(when.join(", ") || "always")}
    <span class="dim">→</span> ${foreign(then.join(", ") || "…")}`;
}
