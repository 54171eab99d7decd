// @ts-check
/** The recognised text, with the places that the fields were read from. */

import { el } from "./dom.js";
import { ALL_FIELDS, FIELD_LABELS } from "./labels.js";

/** @import { Evidence, Extraction, FieldName } from "./api.js" */

/** @typedef {{ field: FieldName, start: number, end: number }} Span */

/** Of a line that lists an element of an e-invoice's XML: its path, and the spaces behind it. */
const PATH = /^\/[\w:[\]/@.-]+ {2}/;
/** Characters; a longer name of a parent leaves no room for the value. */
const LONG_NAME = 24;
const calm = matchMedia("(prefers-reduced-motion: reduce)");

export class TranscriptPanel {
  /** @type {Map<FieldName, HTMLElement[]>} */
  #marks = new Map(ALL_FIELDS.map((field) => [field, []]));
  #scroller;

  /**
   * @param {string[]} lines
   * @param {Extraction | null} extraction
   * @param {{ onPoint: (field: FieldName | null) => void, onPick: (field: FieldName) => void }} listeners the pointer is
   *   over, or was pressed on, what a field was read from
   */
  constructor(lines, extraction, { onPoint, onPick }) {
    const spans = spansByLine(extraction);
    const list = el("ol", { class: "transcript-lines" });
    lines.forEach((text, index) => list.append(this.#line(text, spans.get(index) ?? [])));
    list.addEventListener("pointerover", (event) => onPoint(fieldAt(event.target)));
    list.addEventListener("pointerleave", () => onPoint(null));
    list.addEventListener("click", (event) => {
      const field = fieldAt(event.target);
      if (field) onPick(field);
    });
    const label = "Recognised text";
    this.#scroller = el(
      "div",
      { class: "transcript-scroller", tabindex: 0, role: "region", "aria-label": label },
      list,
    );
    this.element = this.#scroller;
  }

  /** @param {FieldName | null} active the field whose evidence stands out */
  highlight(active) {
    for (const element of this.#scroller.querySelectorAll(".is-active")) element.classList.remove("is-active");
    const marks = active ? (this.#marks.get(active) ?? []) : [];
    const line = marks[0]?.closest("li");
    if (!line) return;
    for (const element of [...marks, line]) element.classList.add("is-active");
    this.#reveal(line);
  }

  /** @param {HTMLElement} line */
  #reveal(line) {
    const { offsetTop, offsetHeight } = line;
    const { scrollTop, clientHeight } = this.#scroller;
    if (offsetTop >= scrollTop && offsetTop + offsetHeight <= scrollTop + clientHeight) return;
    const top = offsetTop - clientHeight / 2;
    this.#scroller.scrollTo({ top, behavior: calm.matches ? "instant" : "smooth" });
  }

  /**
   * @param {string} text
   * @param {Span[]} spans may overlap
   */
  #line(text, spans) {
    // Spans count characters as Python does, so not in UTF-16 units.
    const characters = [...text];
    const cuts = new Set([0, characters.length, ...spans.flatMap(({ start, end }) => [start, end])]);
    const at = [...cuts].filter((cut) => cut <= characters.length).sort((a, b) => a - b);
    const line = el("li");
    const path = PATH.exec(text)?.[0] ?? "";
    if (path) line.append(el("span", { class: "transcript-path", title: path.trim() }, `${nameOf(path)}  `));
    at.slice(0, -1).forEach((start, index) => {
      if (start < path.length && (at[index + 1] ?? 0) <= path.length) return;
      const piece = characters.slice(Math.max(start, path.length), at[index + 1]).join("");
      const here = spans.filter((span) => span.start <= start && start < span.end).map(({ field }) => field);
      line.append(here.length > 0 ? this.#mark(piece, here) : piece);
    });
    return line;
  }

  /**
   * @param {string} text
   * @param {FieldName[]} fields
   */
  #mark(text, fields) {
    const title = fields.map((field) => FIELD_LABELS[field]).join(", ");
    const mark = el("mark", { "data-field": fields[0], title }, text);
    for (const field of fields) this.#marks.get(field)?.push(mark);
    return mark;
  }
}

/**
 * A line with the place marked that a value was read from.
 *
 * @param {Evidence} evidence
 */
export function quote({ text, start, end }) {
  const characters = [...text];
  const before = characters.slice(0, start).join("").trimStart();
  const after = characters.slice(end).join("").trimEnd();
  return el("q", {}, before, el("mark", {}, characters.slice(start, end).join("")), after);
}

/** @param {string} path of an element; its last names tell enough, and the whole stands in its title */
function nameOf(path) {
  const names = path.trim().split("/").map((name) => name.replace(/^\w+:/, ""));
  const [parent = "", name = ""] = names.slice(-2);
  return parent.length < LONG_NAME ? `${parent}/${name}` : name;
}

/**
 * @param {Extraction | null} extraction
 * @returns {Map<number, Span[]>}
 */
function spansByLine(extraction) {
  /** @type {Map<number, Span[]>} */
  const spans = new Map();
  for (const field of ALL_FIELDS) {
    const evidence = extraction?.[field]?.evidence;
    if (!evidence) continue;
    const span = { field, start: evidence.start, end: evidence.end };
    spans.set(evidence.line, [...(spans.get(evidence.line) ?? []), span]);
  }
  return spans;
}

/**
 * @param {EventTarget | null} target
 * @returns {FieldName | null}
 */
function fieldAt(target) {
  const mark = target instanceof HTMLElement ? target.closest("mark") : null;
  return /** @type {FieldName | null} */ (mark?.dataset.field ?? null);
}
