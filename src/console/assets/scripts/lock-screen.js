// @ts-check
/**
 * The phone that lives: the one that the preview's page has, drawn from the JSON beside it. Without
 * this script the picture that the server drew stays.
 */
import { all } from "./elements.js";

/** @typedef {typeof import("../../../preview-core/page/browser/phone.js")} PhoneModule */
/** @typedef {ReturnType<PhoneModule["createPhone"]>} Phone */

/** @type {WeakMap<Element, Phone>} */
const phones = new WeakMap();

/** @param {ParentNode} page */
const stateIn = (page) => page.querySelector("script[data-phone-state]")?.textContent ?? "null";

export async function drawPhones() {
  for (const root of all("[data-phone]")) {
    /** @type {PhoneModule} */
    const { createPhone } = await import(root.dataset.phone ?? "");
    const state = JSON.parse(stateIn(root));
    root.replaceChildren();
    const phone = createPhone(root, { now: Date.now });
    phone.show(state);
    phones.set(root, phone);
  }
}

/**
 * Shows what a fresh copy of the page says. False where the region is no phone.
 * @param {Element} old
 * @param {Element} fresh
 */
export function showOnPhone(old, fresh) {
  const phone = phones.get(old);
  phone?.show(JSON.parse(stateIn(fresh)));
  return phone !== undefined;
}
