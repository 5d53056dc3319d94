/** From bytes to a payload: content types, forms, paths, and what identifies a delivery. */
import { describe, expect, test, vi } from "vitest";
import { defineAdapter, sharedToken } from "../../src/adapter/contract.ts";
import type { Located } from "../../src/adapter/contract.ts";
import { bodyFormat, identify, lazyPayload, parseBody, textAt } from "../../src/adapter/payload.ts";

test.each([
  ["application/json", "json"],
  ["Application/JSON; charset=utf-8", "json"],
  ["application/vnd.acme.v2+json", "json"],
  ["text/json", "json"],
  ["application/x-www-form-urlencoded; charset=utf-8", "form"],
  ["application/jsonp", undefined],
  ["text/plain", undefined],
  ["multipart/form-data; boundary=x", undefined],
  ["", undefined],
  [undefined, undefined],
])("the content type %s is %s", (contentType, format) => {
  expect(bodyFormat(contentType)).toBe(format);
});

describe("a body", () => {
  test("is read as JSON", () => {
    expect(parseBody("json", '{"a":1}')).toEqual({ a: 1 });
  });

  test("of a form is the JSON in its payload, else its fields", () => {
    expect(parseBody("form", "payload=%7B%22a%22%3A1%7D&b=2")).toEqual({ a: 1 });
    expect(parseBody("form", "a=1&b=two+words")).toEqual({ a: "1", b: "two words" });
  });

  test.each([
    ["json", ""],
    ["json", "{"],
    ["form", "payload=%7B"],
  ] as const)("that is no JSON throws a SyntaxError: %s %j", (format, body) => {
    expect(() => parseBody(format, body)).toThrow(SyntaxError);
  });

  test("is not parsed before somebody asks, and then once", () => {
    const parse = vi.spyOn(JSON, "parse");
    try {
      const payload = lazyPayload("json", '{"a":1}', () => undefined);
      expect(parse).not.toHaveBeenCalled();
      expect(payload.json).toBe(payload.json);
      expect(parse).toHaveBeenCalledTimes(1);
    } finally {
      parse.mockRestore();
    }
  });
});

test.each([
  [["a", "b"], "text"],
  [["a", "n"], "42"],
  [["list", "1"], "second"],
  [["a"], undefined],
  [["a", "empty"], undefined],
  [["a", "no"], undefined],
  [["a", "b", "length"], undefined],
  [["constructor", "name"], undefined],
  [["nothing", "b"], undefined],
])("at the path %j stands %s", (path, text) => {
  const json = {
    a: { b: "text", n: 42, empty: "", no: false },
    list: ["first", "second"],
    nothing: null,
  };
  expect(textAt(json, path)).toBe(text);
});

describe("identifying", () => {
  const adapterWith = (event: Located, delivery?: Located) =>
    defineAdapter({
      name: "acme",
      title: "Acme",
      docs: "https://acme.example/webhooks",
      verify: sharedToken(),
      secret: { madeBy: "gateway", where: "Enter it." },
      identify: { event, ...(delivery && { delivery }) },
      events: {},
      ignores: {},
      setup: [],
      recommended: [],
    });
  const payload = (body: string) =>
    lazyPayload("json", body, (name) => ({ "x-event": "deploy", "x-empty": "" })[name]);

  test("takes names and ids from headers, paths or a function", () => {
    const inHeader = { header: "x-event" };
    const atPath = { json: ["meta", "id"] };
    const computed = { compute: () => "computed" };
    const body = payload('{"meta":{"id":7}}');
    expect(identify(adapterWith(inHeader, atPath), body)).toEqual({
      event: "deploy",
      deliveryId: "7",
    });
    expect(identify(adapterWith(atPath, computed), body)).toEqual({
      event: "7",
      deliveryId: "computed",
    });
    expect(identify(adapterWith(computed), body)).toEqual({
      event: "computed",
      deliveryId: undefined,
    });
  });

  test("spares the body where headers tell", () => {
    expect(identify(adapterWith({ header: "x-event" }), payload("no JSON"))?.event).toBe("deploy");
  });

  test.each<[string, Located]>([
    ["an empty header", { header: "x-empty" }],
    ["no header", { header: "x-absent" }],
    ["nothing at the path", { json: ["type"] }],
    ["an empty computed name", { compute: () => "" }],
  ])("says nothing of %s", (_, event) => {
    expect(identify(adapterWith(event), payload("{}"))).toBeUndefined();
  });

  test("throws a SyntaxError where it needs a body that is no JSON", () => {
    expect(() => identify(adapterWith({ json: ["type"] }), payload("no JSON"))).toThrow(
      SyntaxError,
    );
  });
});
