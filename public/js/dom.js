// @ts-check
/** Building the page. Data becomes text or attributes, never markup. */

const SVG = "http://www.w3.org/2000/svg";

/**
 * Make an element.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | number | boolean | null | undefined | EventListener>} [attributes] a function is a
 *   listener (`onclick`); true is an empty attribute; false, null and undefined leave it out
 * @param {...(Node | string | null | undefined | false)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, String(value));
  }
  element.append(...children.filter(isPresent));
  return element;
}

/**
 * @param {Node | string | null | undefined | false} child
 * @returns {child is Node | string}
 */
function isPresent(child) {
  return child !== null && child !== undefined && child !== false;
}

/**
 * @param {string} name a symbol of icons.svg
 * @returns {SVGElement} decorative: the text beside it, or a label, says what it means
 */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `/icons.svg#${name}`);
  svg.append(use);
  return svg;
}

/** @returns {HTMLElement} something is under way */
export function spinner() {
  return el("span", { class: "spinner", "aria-hidden": "true" });
}

/**
 * The element with this id, which index.html has.
 *
 * @template {typeof HTMLElement} Type
 * @param {string} id
 * @param {Type} type
 * @returns {InstanceType<Type>}
 */
export function byId(id, type) {
  const element = document.getElementById(id);
  if (!(element instanceof type)) throw new TypeError(`The page has no ${type.name} with the id ${id}`);
  return /** @type {InstanceType<Type>} */ (element);
}

/**
 * Set the text, touching the page only when it differs.
 *
 * @param {Element} element
 * @param {string} text
 */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
