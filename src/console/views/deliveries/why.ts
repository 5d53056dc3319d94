/** Why did nothing come? From a commit, a branch or a time to the decision. Pure. */
import { html } from "hono/html";
import type { DeliveryDetail } from "../../../api/deliveries.ts";
import type { WhyModel } from "../../models/why.ts";
import { isoTime } from "../../../api/routing/models.ts";
import { timeOfId } from "../../../util/id.ts";
import { counted, dot, foreign, pill, time, withQuery } from "../parts/html.ts";
import type { Html } from "../parts/html.ts";
import { heading } from "../parts/layout.ts";
import type { Page } from "../parts/layout.ts";
import { deliveryRow } from "./deliveries.ts";
import { verdictOf } from "./verdict.ts";

export function whyPage(model: WhyModel): Page {
  const { asked, problem } = model;
  return {
    title: "Why did nothing come?",
    section: "deliveries",
    body: html`${heading("Why did nothing come?", "Say what you were waiting for: a commit, a branch, a time, or several of them.")}
      <form class="panel why-form" method="get" action="/why">
        <label
          >Commit<input
            name="commit"
            value="${asked.commit}"
            placeholder="7f3c1e0"
            spellcheck="false"
            data-search
        /></label>
        <label
          >Branch<input name="branch" value="${asked.branch}" placeholder="main" spellcheck="false"
        /></label>
        <label>At about<input name="at" type="datetime-local" value="${asked.at}" /></label>
        <input type="hidden" name="offset" value="${asked.offset}" data-offset />
        <button class="primary">Find out</button>
      </form>
      ${problem === undefined ? "" : html`<p class="note wait" role="alert">${problem}</p>`}
      ${model.hasAsked && problem === undefined ? answer(model) : ""} ${offered(model.silent)}`,
  };
}

/** Whoever wonders mostly wonders about one of the last things that happened. */
const offered = (silent: WhyModel["silent"]): Html =>
  silent.length === 0
    ? html``
    : html`<section class="panel flush" aria-labelledby="silent-title">
        <header>
          <h2 id="silent-title">The newest that did not push</h2>
          <span class="dim small">each says why</span>
        </header>
        <ol class="list" data-list>
          ${silent.map(deliveryRow)}
        </ol>
      </section>`;

function answer(model: WhyModel): Html {
  const { found, refused, asked } = model;
  if (found.length === 0) return html`${nothing(model)} ${refusedList(refused)}`;
  const told = found.filter(isTold).length;
  return html`<section class="panel flush" aria-label="What arrived">
      <header>
        <h2>${counted(found.length, "delivery", "deliveries")} arrived</h2>
        <span class="dim small"
          >${told === 0 ? "none of them with a push" : `${told} of them with a push`}</span
        >
      </header>
      <ol class="list" data-list>
        ${found.map(foundRow)}
      </ol>
      ${pager(model)}
    </section>
    ${found.length > 0 && asked.at === "" ? "" : refusedList(refused)}`;
}

function pager({ asked, next }: WhyModel): Html {
  if (next === undefined) return html``;
  return html`<nav class="pages" aria-label="Pages of the list">
    <span></span><span class="dim">Looked back to ${time(isoTime(timeOfId(next)), "full")}.</span
    ><a
      rel="next"
      href="${withQuery("/why", { ...asked, offset: String(asked.offset), cursor: next })}"
      >Older →</a
    >
  </nav>`;
}

const isTold = ({ commands }: DeliveryDetail): boolean =>
  commands.some(({ call, status }) => call === "push" && status === "done");

function foundRow(it: DeliveryDetail): Html {
  const { tone, words, because } = verdictOf(it);
  return html`<li>
    <div class="answer">
      <a class="go" href="/deliveries/${it.id}">${foreign(it.summary)}</a>
      <span>${dot(tone, tone)} ${foreign(words)}</span>
      ${because.map((reason) => html`<span class="dim">${foreign(reason)}</span>`)}
      <span class="dim small">${it.provider} · ${time(it.received_at, "full")}</span>
    </div>
  </li>`;
}

/** Nothing arrived: what to look at, the likeliest first. */
function nothing(model: WhyModel): Html {
  const { commit, branch, at } = model.asked;
  return html`<section class="panel" aria-label="Nothing arrived">
    <p>
      <strong
        >Nothing arrived
        here${commit === "" ? "" : html` that names <code>${foreign(commit)}</code>`}${branch === "" ? "" : html` on <code>${foreign(branch)}</code>`}${at === "" ? "" : " within a quarter of an hour of that time"}.</strong
      >
    </p>
    <ol class="steps">
      <li>
        Does the provider know the URL? Its own page of webhooks lists what it sent and what was
        answered. <a href="/endpoints">The endpoints and their set-up steps</a>
      </li>
      <li>Was it refused? Requests with a wrong signature are below, if there were any.</li>
      <li>Is it older than what is kept? <a href="/settings">How long deliveries are kept</a></li>
    </ol>
    ${pager(model)}
  </section>`;
}

function refusedList(refused: WhyModel["refused"]): Html {
  if (refused.length === 0) return html``;
  return html`<section class="panel flush" aria-label="Refused">
    <header><h2>Refused requests</h2></header>
    <ul class="list">
      ${refused.map(
        (it) =>
          html`<li>
            <div class="line">
              ${dot("bad", "refused")}
              <a class="go what" href="/endpoints/${it.endpoint}">${it.why}</a>
              <span class="effects">${pill("bad", String(it.status))}</span>
              <span class="when">${time(it.at, "clock")}</span>
            </div>
          </li>`,
      )}
    </ul>
  </section>`;
}
