// @ts-check
/** Finding elements. */

/** @type {(selector: string, root?: ParentNode) => HTMLElement[]} */
export const all = (selector, root = document) =>
  [...root.querySelectorAll(selector)].filter((it) => it instanceof HTMLElement);

/** @type {(selector: string, root?: ParentNode) => HTMLElement | undefined} */
export const one = (selector, root = document) => all(selector, root)[0];

/**
 * The fields of a form that are texts.
 * @param {FormData} form
 */
export const encoded = (form) =>
  new URLSearchParams(
    [...form].flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])),
  );
