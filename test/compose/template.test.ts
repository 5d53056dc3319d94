/** Templates: placeholders and nothing else. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { fillTemplate, runWords } from "../../src/compose/template.ts";
import { TEMPLATE_WORDS } from "../../src/model/template-words.ts";
import { anyRun, anyText, ended, line, runWith } from "../support/runs.ts";

const WORDS = { project: "web-shop", status: "Building" };

test.each([
  ["{{project}}: {{ status }}", "web-shop: Building"],
  ["{{status}}{{status}}", "BuildingBuilding"],
  ["[{{branch}}] {{Project}} {{log-url}} {{}}", "[]"],
  ["{{constructor}}{{__proto__}}", ""],
  ["{project} {{project", "{project} {{project"],
  ["$& $1 {{project}}", "$& $1 web-shop"],
])("%s reads %j", (template, filled) => {
  expect(fillTemplate(template, WORDS)).toBe(filled);
});

test("a word that looks like a placeholder stays a word", () => {
  expect(fillTemplate("{{message}}", { message: "{{message}} $&" })).toBe("{{message}} $&");
});

test("never throws", () => {
  fc.assert(
    fc.property(fc.string(), fc.dictionary(anyText, anyText), (template, words) => {
      expect(fillTemplate(template, words)).toBeTypeOf("string");
    }),
  );
});

test("leaves no placeholder, whatever its name", () => {
  const plain = anyText.map((text) => text.replaceAll(/[{}]/g, ""));
  const piece = fc.oneof(
    plain,
    plain.map((name) => `{{${name}}}`),
    fc.constantFrom(...TEMPLATE_WORDS).map((name) => `{{${name}}}`),
  );
  fc.assert(
    fc.property(fc.array(piece), fc.dictionary(plain, plain), (pieces, words) => {
      expect(fillTemplate(pieces.join(""), words)).not.toMatch(/[{}]/);
    }),
  );
});

test("a run has every word that a template may use, and no other", () => {
  fc.assert(
    fc.property(anyRun, (run) => {
      expect(Object.keys(runWords(run, "running", "Building")).toSorted()).toEqual(
        [...TEMPLATE_WORDS].toSorted(),
      );
    }),
  );
});

test("the words of a run", () => {
  const run = runWith({
    line: { id: "svc_1", name: "api" },
    steps: line("succeeded", "succeeded", "succeeded"),
    ...ended("succeeded"),
    facts: {
      branch: "main",
      commit: "8a0c5f93e7d14b26f0a9e3c75d81b4620fe9c7a3",
      message: "Fix the cart\n\nIt lost its last item.",
      author: "Ada Example",
      url: "https://web-shop.example",
      logUrl: "https://log.example/1",
      label: "#42",
    },
  });
  expect(runWords(run, "succeeded", "Live in 38 s")).toEqual({
    project: "web-shop",
    line: "api",
    environment: "production",
    state: "succeeded",
    status: "Live in 38 s",
    duration: "38 s",
    branch: "main",
    commit: "8a0c5f9",
    message: "Fix the cart",
    author: "Ada Example",
    url: "https://web-shop.example",
    log_url: "https://log.example/1",
    error: "",
    label: "#42",
  });
});

test("what is not known of a run is an empty word", () => {
  const run = runWith({ environment: undefined, run: { id: "run_1", attempt: 1 } });
  const { project, state, status, ...unknown } = runWords(run, "queued", "Queued");
  expect({ project, state, status }).toEqual({
    project: "web-shop",
    state: "queued",
    status: "Queued",
  });
  expect(new Set(Object.values(unknown))).toEqual(new Set([""]));
});
