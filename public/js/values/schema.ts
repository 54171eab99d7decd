/**
 * Fields of a form made from a JSON Schema, as pydantic writes it, and what is filled in, read as
 * JSON. A text, a number, a choice, a yes or no, and a day have fields of their own; anything else
 * is written as JSON. A yes or no that stands for nothing until somebody says it is a choice: an
 * unticked box would say no.
 */

import { readAmount } from "./amount.ts";
import { readDay } from "./day.ts";
import { t } from "../words.ts";
import type { Read } from "./amount.ts";

type Schema = Record<string, any>;

export interface SchemaField {
  /** as the API has it */
  name: string;
  label: string;
  /** what the schema says of it; empty where it says nothing */
  hint: string;
  type: "text" | "whole" | "number" | "decimal" | "choice" | "choices" | "boolean" | "day" | "json";
  /**
   * of a choice: each value as JSON, "" is none; of choices:
   * each value as it is
   */
  options: { value: string; label: string; says?: string }[];
  isNeeded: boolean;
  isNullable: boolean;
  /** what it is without being given; undefined where nothing says */
  initial: unknown;
  /** of a text */
  maxLength?: number;
  /** of a text */
  placeholder?: string;
  /** of the input of a text, such as what a phone's keyboard offers */
  attributes?: Record<string, unknown>;
  /** of JSON, or of a text of several lines */
  rows?: number;
}

const EMPTY = t`Fill this in.`;

/**
 * A field that a view declares by itself.
 *
 * @param name as the API has it
 * @param more a text that may be empty unless it says otherwise
 */
export function field(name: string, label: string, more: Partial<SchemaField> = {}): SchemaField {
  return {
    name,
    label,
    hint: "",
    type: "text",
    options: [],
    isNeeded: false,
    isNullable: false,
    initial: "",
    ...more,
  };
}

/** @returns the same with its texts without blanks around them */
export function trimmed(body: Record<string, any>): any {
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [
      name,
      typeof value === "string" ? value.trim() : value,
    ]),
  );
}

/**
 * A choice of texts; null is none.
 *
 * @param name as the API has it
 * @param options the first stands until another is chosen
 */
export function choice(
  name: string,
  label: string,
  options: { value: unknown; label: string }[],
  more: Partial<SchemaField> = {},
) {
  const written = options.map((each) => ({
    ...each,
    value: each.value === null ? "" : JSON.stringify(each.value),
  }));
  const isNullable = options.some(({ value }) => value === null);
  return field(name, label, {
    type: "choice",
    options: written,
    initial: options[0]?.value,
    isNullable,
    ...more,
  });
}

/**
 * @param schema of an object
 * @returns in its order
 */
export function fieldsOf(schema: Schema): SchemaField[] {
  const needed = schema.required ?? [];
  return Object.entries(schema.properties ?? {}).map(([name, given]) => {
    const whole = resolved(given as Schema, schema);
    const { of, isNullable } = withoutNull(whole, schema);
    const type = typeOf(of, !isNullable && whole.default !== undefined);
    const isNeeded = needed.includes(name);
    const field = {
      name,
      label: labelOf(name),
      hint: whole.description ?? "",
      type,
      isNeeded,
      isNullable,
      initial: whole.default,
    };
    const unchosen = isNullable || !isNeeded ? t`None` : t`Choose …`;
    const hasNone = isNullable || field.initial === undefined;
    return { ...field, options: type === "choice" ? optionsOf(of, hasNone ? unchosen : null) : [] };
  });
}

/**
 * @param value as the API has it; undefined where there is none yet
 * @returns as it stands in the field
 */
export function fieldText({ type }: SchemaField, value: unknown): string {
  if (type === "boolean") return value === true ? "yes" : "no";
  if (value === undefined || value === null) return "";
  if (type === "choice" || type === "choices") return JSON.stringify(value);
  return type === "json" ? JSON.stringify(value, null, 2) : String(value);
}

/**
 * @param texts what stands in them, by their names
 * @returns by their names; what is left out is in neither
 */
export function readFields(
  fields: SchemaField[],
  texts: Record<string, string>,
): { params: Record<string, unknown>; problems: Record<string, string> } {
  const params: Record<string, unknown> = {};
  const problems: Record<string, string> = {};
  for (const field of fields) {
    const { value, problem } = readField(field, texts[field.name] ?? "");
    if (problem) problems[field.name] = problem;
    else if (value !== undefined) params[field.name] = value;
  }
  return { params, problems };
}

/** @returns without either it is left out */
function readField(field: SchemaField, text: string): { value?: unknown; problem?: string } {
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
    return /^[+-]?\d+$/.test(written) && Number.isSafeInteger(value)
      ? { value }
      : { problem: t`Write a whole number, such as 3.` };
  }
  const read = readIt(readAmount(written));
  return type === "decimal" || read.problem ? read : { value: Number(read.value) };
}

function readIt({ value, problem }: Read) {
  return problem ? { problem } : { value };
}

function readJson(text: string) {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    if (error instanceof SyntaxError) return { problem: t`This is no JSON: ${error.message}.` };
    throw error;
  }
}

/** What a reference stands for, with what is said beside it. */
function resolved(given: Schema, root: Schema): Schema {
  const { $ref, allOf, ...beside } = given;
  if ($ref) return { ...resolved(root.$defs?.[$ref.split("/").at(-1)] ?? {}, root), ...beside };
  return allOf?.length === 1 ? { ...resolved(allOf[0], root), ...beside } : given;
}

function withoutNull(whole: Schema, root: Schema): { of: Schema; isNullable: boolean } {
  const any = ((whole.anyOf ?? [whole]) as Schema[]).map((each) => resolved(each, root));
  const others = any.filter(({ type }) => type !== "null");
  const isNullable = others.length < any.length;
  if (others.length === 1) return { of: others[0] ?? {}, isNullable };
  // A decimal may come as a number or as its text, which loses nothing.
  const isDecimal =
    others.length === 2 &&
    ["number", "string"].every((type) => others.some((each) => each.type === type));
  return { of: isDecimal ? { type: "decimal" } : {}, isNullable };
}

/** @param isAnswered whether it is something without being given */
function typeOf(of: Schema, isAnswered: boolean): SchemaField["type"] {
  if (of.enum || "const" in of || (of.type === "boolean" && !isAnswered)) return "choice";
  if (of.type === "string") return of.format === "date" ? "day" : "text";
  if (of.type === "boolean") return "boolean";
  if (of.type === "integer") return "whole";
  return of.type === "number" || of.type === "decimal" ? of.type : "json";
}

/** @param unchosen what stands for no value; null where there always is one */
function optionsOf(of: Schema, unchosen: string | null) {
  const values = of.enum ?? ("const" in of ? [of.const] : [true, false]);
  const known = values.map((value: unknown) => ({
    value: JSON.stringify(value),
    label: wordOf(value),
  }));
  return unchosen === null ? known : [{ value: "", label: unchosen }, ...known];
}

function wordOf(value: unknown) {
  if (typeof value === "boolean") return value ? t`Yes` : t`No`;
  return String(value);
}

/** @param name `onlyNew` */
function labelOf(name: string) {
  const words = name
    .replaceAll(/[-_]/g, " ")
    .replaceAll(/([a-z\d])([A-Z])/g, (_, before, after) => `${before} ${after.toLowerCase()}`);
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
