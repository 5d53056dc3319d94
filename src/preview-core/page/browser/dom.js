/**
 * Making and changing elements. What others have sent gets into the page as text and attributes
 * only, never as HTML, and styles are set as properties, which a strict Content-Security-Policy
 * lets pass.
 */

/**
 * `tint` and `width` become styles, everything else an attribute; undefined and null are left out.
 * @typedef {Record<string, string | null | undefined>} Attributes
 */

/** @typedef {Node | string | null | undefined} Child */

const SVG = "http://www.w3.org/2000/svg";

/**
 * An element with a class (or attributes) and children, of which the empty ones are left out.
 * @param {string} tag
 * @param {string | Attributes} attributes
 * @param {...Child} children
 * @returns {HTMLElement}
 */
export function el(tag, attributes, ...children) {
  const node = document.createElement(tag);
  const { tint, width, ...rest } =
    typeof attributes === "string" ? { class: attributes } : attributes;
  for (const [name, value] of Object.entries(rest)) {
    if (value !== undefined && value !== null) node.setAttribute(name, value);
  }
  if (tint) node.style.setProperty("--tint", tint);
  if (width) node.style.setProperty("width", width);
  for (const child of children) if (child) node.append(child);
  return node;
}

/**
 * A drawing on a grid of 24, one path for each class.
 * @param {Readonly<Record<string, string | undefined>>} paths
 */
export function drawing(paths) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  for (const [name, d] of Object.entries(paths)) {
    if (d === undefined) continue;
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    path.setAttribute("class", name);
    svg.append(path);
  }
  return svg;
}

/**
 * Makes the old node look like the next one and keeps it where it can be kept, so that transitions
 * run and focus stays.
 * @param {ChildNode} old
 * @param {ChildNode} next
 * @returns {ChildNode} the one that is in the page now
 */
export function morph(old, next) {
  if (old instanceof Text && next instanceof Text) {
    if (old.data !== next.data) old.data = next.data;
    return old;
  }
  if (!(old instanceof Element && next instanceof Element) || old.nodeName !== next.nodeName) {
    old.replaceWith(next);
    return next;
  }
  morphAttributes(old, next);
  const nextChildren = [...next.childNodes];
  const oldChildren = [...old.childNodes];
  nextChildren.forEach((child, index) => {
    const before = oldChildren[index];
    if (before) morph(before, child);
    else old.append(child);
  });
  for (const extra of oldChildren.slice(nextChildren.length)) extra.remove();
  return old;
}

/**
 * @param {Element} old
 * @param {Element} next
 */
function morphAttributes(old, next) {
  for (const name of old.getAttributeNames()) {
    if (name !== "style" && !next.hasAttribute(name)) old.removeAttribute(name);
  }
  for (const { name, value } of next.attributes) {
    if (name !== "style" && old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  if (!(old instanceof HTMLElement && next instanceof HTMLElement)) return;
  if (old.style.cssText !== next.style.cssText) old.style.cssText = next.style.cssText;
}

/**
 * The container's children become these, in this order; one with the same `data-key` as before is
 * changed in place.
 * @param {Element} container
 * @param {readonly HTMLElement[]} nodes
 */
export function patchList(container, nodes) {
  const before = new Map([...container.children].map((it) => [it.getAttribute("data-key"), it]));
  const wanted = nodes.map((node) => {
    const old = before.get(node.getAttribute("data-key"));
    return old ? morph(old, node) : node;
  });
  for (const old of before.values()) if (!wanted.includes(old)) old.remove();
  wanted.forEach((node, index) => {
    const there = container.children[index] ?? null;
    if (there !== node) container.insertBefore(node, there);
  });
}
