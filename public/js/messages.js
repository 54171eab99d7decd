// @ts-check
/**
 * What a template says, as messages: `<p>Paid on ${day}</p>` says "Paid on {1}". A message is the text between two tags, or an
 * attribute that people read; its holes have numbers, so that a translation may put them elsewhere. Pure.
 */

/** Attributes, and properties of components, that people read or hear. */
export const READ_ATTRIBUTES = new Set(
  "action alt aria-description aria-label data-label hint label legend missing named one placeholder says title".split(" "),
);

/**
 * A piece of a template between two tags, or the value of an attribute.
 *
 * @typedef {object} Run
 * @property {[part: number, from: number, to: number][]} pieces where its text is: a hole lies between one and the next
 */

/**
 * @param {readonly string[]} parts of a template, with a hole between one and the next
 * @returns {Run[]} what may be a message, in order
 */
export function runsOf(parts) {
  /** @type {Run[]} */
  const runs = [];
  /** @type {"text" | "tag" | "comment"} */
  let place = "text";
  let quote = "";
  let attribute = "";
  /** @type {Run["pieces"]} */
  let pieces = [];
  let from = 0;
  const end = (/** @type {number} */ part, /** @type {number} */ to, isRead = true) => {
    pieces.push([part, from, to]);
    if (isRead) runs.push({ pieces });
    pieces = [];
  };
  parts.forEach((text, part) => {
    if (part > 0 && (place === "text" || quote)) from = 0;
    for (let at = 0; at < text.length; at++) {
      const sign = text[at];
      if (place === "comment") {
        if (text.startsWith("-->", at)) (place = "text"), (from = at += 2), from++;
      } else if (place === "text") {
        if (sign !== "<") continue;
        end(part, at);
        place = text.startsWith("<!--", at) ? "comment" : "tag";
      } else if (quote) {
        if (sign !== quote) continue;
        end(part, at, READ_ATTRIBUTES.has(attribute));
        quote = "";
      } else if (sign === '"' || sign === "'") {
        quote = sign;
        attribute = /([\w-]+)=$/.exec(text.slice(0, at))?.[1] ?? "";
        from = at + 1;
      } else if (sign === ">") {
        place = "text";
        from = at + 1;
      }
    }
    if (part < parts.length - 1 && (place === "text" || quote)) pieces.push([part, from, text.length]);
  });
  if (place === "text") end(parts.length - 1, parts.at(-1)?.length ?? 0);
  return runs;
}

/**
 * @param {readonly string[]} parts of a template
 * @param {Run} run in it
 * @returns {string} "Paid on {1}", or empty where nothing in it is read
 */
export function messageOf(parts, { pieces }) {
  const texts = pieces.map(([part, from, to]) => shown(parts[part] ?? "", from, to));
  if (!texts.some((text) => /\p{L}/u.test(text))) return "";
  return numbered(texts);
}

/** @param {readonly string[]} parts of a text between whose parts values stand @returns {string} "Paid on {1}" */
export function numbered(parts) {
  return parts.reduce((text, part, hole) => `${text}{${hole}}${part}`);
}

/** What a browser shows of it: htm drops the lines' ends around a text, and HTML has one space for many. */
function shown(/** @type {string} */ part, /** @type {number} */ from, /** @type {number} */ to) {
  return part.slice(from, to).replace(/^\s*\n\s*|\s*\n\s*$/g, "").replace(/\s+/g, " ");
}

/**
 * @param {readonly string[]} parts of a template
 * @param {(message: string) => string | undefined} inOther a message's translation
 * @returns {{ parts: string[], holes: number[] }} the template in the other language; `holes` says which value stands where
 */
export function translate(parts, inOther) {
  const made = [...parts];
  const holes = parts.slice(1).map((_, hole) => hole);
  // The last first, so that places before it stay right.
  for (const run of runsOf(parts).reverse()) {
    const other = inOther(messageOf(parts, run));
    if (other === undefined) continue;
    const first = run.pieces[0]?.[0] ?? 0;
    const texts = other.split(/\{\d+\}/);
    const order = [...other.matchAll(/\{(\d+)\}/g)].map((found) => first + Number(found[1]) - 1);
    if (texts.length !== run.pieces.length) throw new RangeError(`A translation has other holes: ${other}`);
    run.pieces.forEach(([part, from, to], at) => {
      const text = made[part] ?? "";
      made[part] = text.slice(0, from) + texts[at] + text.slice(to);
    });
    order.forEach((hole, at) => (holes[first + at] = hole));
  }
  return { parts: made, holes };
}
