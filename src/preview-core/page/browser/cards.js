/** Cards on the lock screen: Live Activities, notifications, widgets. */
/** @import { Activity, Press, Push, Widget } from "../../screen/lock-screen.ts" */
/** @import { Action } from "../../../destinations/activitysmith/contract.ts" */
import { activityBody } from "./bodies.js";
import { drawing, el } from "./dom.js";
import { ago, colorOf, GRAY } from "./format.js";
import { SYMBOLS } from "./symbols.js";

const DOT = { fill: "M12 7a5 5 0 1 0 0 10a5 5 0 0 0 0-10z" };
/** What a browser may open; an app's own scheme stays a button that does nothing here. */
const OPENS = /^(https?|shortcuts):\/\//i;
const WITH_BADGE = ["alert", "progress", "segmented_progress", "value"];

/** @param {string} name an SF Symbol's; a dot stands for those that are not drawn here */
export const symbol = (name) => drawing({ ...(SYMBOLS.get(name) ?? DOT) });

/**
 * @param {Activity} activity
 * @param {number} at ms since the epoch
 */
export function activityCard(activity, at) {
  const { contentState: state, endedAt } = activity;
  const tint = colorOf(state.color);
  const icon = state.icon
    ? el(
        "span",
        { class: "icon", tint: colorOf(state.icon.color, tint) },
        symbol(state.icon.symbol),
      )
    : null;
  const badge =
    state.badge && WITH_BADGE.includes(state.type)
      ? el("span", { class: "pill", tint: colorOf(state.badge.color, GRAY) }, state.badge.title)
      : null;
  return el(
    "article",
    {
      class: `card activity is-${state.type}${endedAt === null ? "" : " ended"}`,
      "data-key": activity.id,
      tint,
    },
    closeButton(activity.id, state.title),
    el(
      "div",
      icon ? "head with-icon" : "head",
      icon,
      el("h2", "", state.title),
      badge,
      state.subtitle ? el("p", "subtitle", state.subtitle) : null,
    ),
    activityBody(activity, at),
    actionRow(activity.id, activity.actions),
    pressLine(activity.press),
  );
}

/**
 * A notification; its buttons show where it is open, as after a long press.
 * @param {Push} push
 * @param {number} at
 * @param {boolean} isOpen
 */
export function pushCard(push, at, isOpen) {
  const { body, id } = push;
  const target = body.redirection ?? body.media ?? "";
  const actions = body.actions ?? [];
  const opens = OPENS.test(target);
  const text = el(
    opens && actions.length === 0 ? "a" : "div",
    opens && actions.length === 0 ? { class: "words", ...linkTo(target) } : "words",
    el("h2", "", body.title),
    body.subtitle ? el("p", "subtitle", body.subtitle) : null,
    body.message ? el("p", "message", body.message) : null,
  );
  const time = body.interruption_level === "time-sensitive" ? "TIME SENSITIVE" : ago(at - push.at);
  const open = isOpen
    ? el(
        "div",
        "opened",
        actionRow(id, actions),
        opens
          ? el("div", "actions", el("a", { class: "action", ...linkTo(target) }, "Open"))
          : null,
      )
    : null;
  return el(
    "article",
    { class: `card push${isOpen ? " open" : ""}`, "data-key": id },
    closeButton(id, body.title),
    el("div", "head", el("span", "appicon", symbol("bolt.fill")), text, el("span", "when", time)),
    actions.length > 0 ? moreButton(id, isOpen) : null,
    open,
    pressLine(push.press),
  );
}

/** @param {Widget} widget */
export function widgetCard({ key, title, unit, value }) {
  const shown = el(
    "b",
    "",
    value === null ? "–" : String(value),
    unit ? el("small", "", unit) : null,
  );
  return el("div", { class: "widget", "data-key": key }, el("span", "", title), shown);
}

/** @param {string} href */
const linkTo = (href) => ({ href, target: "_blank", rel: "noopener noreferrer" });

/**
 * @param {string} id
 * @param {string} title
 */
function closeButton(id, title) {
  const label = `Swipe away: ${title}`;
  return el(
    "button",
    { class: "close", type: "button", "data-swipe": id, "aria-label": label },
    "×",
  );
}

/**
 * @param {string} id
 * @param {boolean} isOpen
 */
function moreButton(id, isOpen) {
  const attributes = {
    class: "more",
    type: "button",
    "data-open": id,
    "aria-expanded": String(isOpen),
    "aria-label": isOpen ? "Hide actions" : "Show actions",
  };
  return el("button", attributes, drawing({ line: isOpen ? "M6 15l6-6l6 6" : "M6 9l6 6l6-6" }));
}

/**
 * @param {string} id
 * @param {readonly Action[]} actions
 */
function actionRow(id, actions) {
  if (actions.length === 0) return null;
  const buttons = actions.map((action, index) => {
    if (action.type === "open_url" && OPENS.test(action.url))
      return el("a", { class: "action", ...linkTo(action.url) }, action.title);
    const press =
      action.type === "webhook" ? { "data-press": id, "data-index": String(index) } : {};
    return el("button", { class: "action", type: "button", ...press }, action.title);
  });
  return el("div", "actions", ...buttons);
}

/** How the last press of a webhook button went. @param {Press | null} press */
function pressLine(press) {
  if (!press) return null;
  const attributes = { class: press.ok ? "press ok" : "press", role: "status" };
  return el("p", attributes, `${press.title}: ${press.detail}`);
}
