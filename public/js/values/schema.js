// @ts-check
/**
 * Fields of a form made from a JSON Schema, as pydantic writes it, and what is filled in, read as JSON. A text, a number, a
 * choice, a yes or no, and a day have fields of their own; anything else is written as JSON. A yes or no that stands for
 * nothing until somebody says it is a choice: an unticked box would say no.
 */

import { readAmount } from "./amount.js";
import { readDay } from "./day.js";
import { t } from "../words.js";

/** @typedef {Record<string, any>} Schema */

/**
 * @typedef {object} SchemaField
 * @property {string} name as the API has it
 * @property {string} label
 * @property {string} hint what the schema says of it; empty where it says nothing
 * @property {"text" | "whole" | "number" | "decimal" | "choice" | "choices" | "boolean" | "day" | "json"} type
 * @property {{ value: string, label: string, says?: string }[]} options of a choice: each value as JSON, "" is none; of choices:
 *   each value as it is
 * @property {boolean} isNeeded
 * @property {boolean} isNullable
 * @property {unknown} initial what it is without being given; undefined where nothing says
 * @property {number} [maxLength] of a text
 * @property {string} [placeholder] of a text
 * @property {number} [rows] of JSON, or of a text of several lines
 */

const EMPTY = t`Fill this in.`;

/**
 * A field that a view declares by itself.
 *
 * @param {string} name as the API has it
 * @param {string} label
 * @param {Partial<SchemaField>} [more] a text that may be empty unless it says otherwise
 * @returns {SchemaField}
 */
export function field(name, label, more = {}) {
  return { name, label, hint: "", type: "text", options: [], isNeeded: false, isNullable: false, initial: "", ...more };
}

/**
 * @param {Record<string, any>} body
 * @returns {any} the same with its texts without blanks around them
 */
export function trimmed(body) {
  return Object.fromEntries(Object.entries(body).map(([name, value]) => [name, typeof value === "string" ? value.trim() : value]));
}

/**
 * A choice of texts; null is none.
 *
 * @param {string} name as the API has it
 * @param {string} label
 * @param {{ value: unknown, label: string }[]} options the first stands until another is chosen
 * @param {Partial<SchemaField>} [more]
 */
export function choice(name, label, options, more = {}) {
  const written = options.map((each) => ({ ...each, value: each.value === null ? "" : JSON.stringify(each.value) }));
  const isNullable = options.some(({ value }) => value === null);
  return field(name, label, { type: "choice", options: written, initial: options[0]?.value, isNullable, ...more });
}

/**
 * @param {Schema} schema of an object
 * @returns {SchemaField[]} in its order
 */
export function fieldsOf(schema) {
  const needed = schema["required"] ?? [];
  return Object.entries(schema["properties"] ?? {}).map(([name, given]) => {
    const whole = resolved(/** @type {Schema} */ (given), schema);
    const { of, isNullable } = withoutNull(whole, schema);
    const type = typeOf(of, !isNullable && whole["default"] !== undefined);
    const isNeeded = needed.includes(name);
    const field = { name, label: labelOf(name), hint: whole["description"] ?? "", type, isNeeded, isNullable, initial: whole["default"] };
    const unchosen = isNullable || !isNeeded ? t`None` : t`Choose …`;
    const hasNone = isNullable || field.initial === undefined;
    return { ...field, options: type === "choice" ? optionsOf(of, hasNone ? unchosen : null) : [] };
  });
}

/**
 * @param {SchemaField} field
 * @param {unknown} value as the API has it; undefined where there is none yet
 * @returns {string} as it stands in the field
 */
export function fieldText({ type }, value) {
  if (type === "boolean") return value === true ? "yes" : "no";
  if (value === undefined || value === null) return "";
  if (type === "choice" || type === "choices") return JSON.stringify(value);
  return type === "json" ? JSON.stringify(value, null, 2) : String(value);
}

/**
 * @param {SchemaField[]} fields
 * @param {Record<string, string>} texts what stands in them, by their names
 * @returns {{ params: Record<string, unknown>, problems: Record<string, string> }} by their names; what is left out is in neither
 */
export function readFields(fields, texts) {
  /** @type {Record<string, unknown>} */
  const params = {};
  /** @type {Record<string, string>} */
  const problems = {};
  for (const field of fields) {
    const { value, problem } = readField(field, texts[field.name] ?? "");
    if (problem) problems[field.name] = problem;
    else if (value !== undefined) params[field.name] = value;
  }
  return { params, problems };
}

/**
 * @param {SchemaField} field
 * @param {string} text
 * @returns {{ value?: unknown, problem?: string }} without either it is left out
 */
function readField(field, text) {
  const { type, isNullable, isNeeded, initial } = field;
  const written = text.trim();
  if (type === "boolean") return { value: text === "yes" };
  if (written === "") {
    if (isNullable) return { value: null };
    if (isNeeded) return { problem: EMPTY };
    // An empty text is one; of all else, what it is without being given.
    return type === "text" && initial !== undefined ? { value: "" } : {};
  }
  if (type === "text") return { value: text };
  if (type === "choice" || type === "choices") return { value: JSON.parse(text) };
  if (type === "day") return readIt(readDay(written));
  if (type === "json") return readJson(written);
  if (type === "whole") {
    const value = Number(written);
    return /^[+-]?\d+$/.test(written) && Number.isSafeInteger(value) ? { value } : { problem: t`Write a whole number, such as 3.` };
  }
  const read = readIt(readAmount(written));
  return type === "decimal" || read.problem ? read : { value: Number(read.value) };
}

/** @param {import("./amount.js").Read} read */
function readIt({ value, problem }) {
  return problem ? { problem } : { value };
}

/** @param {string} text */
function readJson(text) {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    if (error instanceof SyntaxError) return { problem: t`This is no JSON: ${error.message}.` };
    throw error;
  }
}

/**
 * What a reference stands for, with what is said beside it.
 *
 * @param {Schema} given
 * @param {Schema} root
 * @returns {Schema}
 */
function resolved(given, root) {
  const { $ref, allOf, ...beside } = given;
  if ($ref) return { ...resolved(root["$defs"]?.[$ref.split("/").at(-1)] ?? {}, root), ...beside };
  return allOf?.length === 1 ? { ...resolved(allOf[0], root), ...beside } : given;
}

/**
 * @param {Schema} whole
 * @param {Schema} root
 * @returns {{ of: Schema, isNullable: boolean }}
 */
function withoutNull(whole, root) {
  const any = /** @type {Schema[]} */ (whole["anyOf"] ?? [whole]).map((each) => resolved(each, root));
  const others = any.filter(({ type }) => type !== "null");
  const isNullable = others.length < any.length;
  if (others.length === 1) return { of: others[0] ?? {}, isNullable };
  // A decimal may come as a number or as its text, which loses nothing.
  const isDecimal = others.length === 2 && ["number", "string"].every((type) => others.some((each) => each["type"] === type));
  return { of: isDecimal ? { type: "decimal" } : {}, isNullable };
}

/**
 * @param {Schema} of
 * @param {boolean} isAnswered whether it is something without being given
 * @returns {SchemaField["type"]}
 */
function typeOf(of, isAnswered) {
  if (of["enum"] || "const" in of || (of["type"] === "boolean" && !isAnswered)) return "choice";
  if (of["type"] === "string") return of["format"] === "date" ? "day" : "text";
  if (of["type"] === "boolean") return "boolean";
  if (of["type"] === "integer") return "whole";
  return of["type"] === "number" || of["type"] === "decimal" ? of["type"] : "json";
}

/**
 * @param {Schema} of
 * @param {string | null} unchosen what stands for no value; null where there always is one
 */
function optionsOf(of, unchosen) {
  const values = of["enum"] ?? ("const" in of ? [of["const"]] : [true, false]);
  const known = values.map((/** @type {unknown} */ value) => ({ value: JSON.stringify(value), label: wordOf(value) }));
  return unchosen === null ? known : [{ value: "", label: unchosen }, ...known];
}

/** @param {unknown} value */
function wordOf(value) {
  if (typeof value === "boolean") return value ? t`Yes` : t`No`;
  return String(value);
}

/** @param {string} name `onlyNew` */
function labelOf(name) {
  const words = name.replaceAll(/[-_]/g, " ").replaceAll(/([a-z\d])([A-Z])/g, (_, before, after) => `${before} ${after.toLowerCase()}`);
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
