/**
 * The page's language. The code says everything in English; a catalogue (words/de.po) has it in
 * German. What an element shows is found by itself; a sentence elsewhere is marked by `t`. The
 * language is settled once, as the page begins.
 */

import type { ComponentChildren } from "preact";

/** A message's translation; where a number chooses, one for each form */
type Catalogue = Record<string, string | string[]>;

export const LANGUAGES = ["en", "de"];

const KEPT = "language";

/** What somebody chose here, or the first of the browser's languages that there is. */
export const language = chosenLanguage() ?? preferred();

// Not `navigator.language`: Chromium may name one there that `Intl` does not use.
const own = new Intl.NumberFormat().resolvedOptions().locale;

/**
 * What values are shown in, and read in alike: the browser's own, unless somebody chose another
 * language here.
 */
export const locale = chosenLanguage() && own.split("-")[0] !== language ? language : own;

// A page that cannot have its catalogue, such as one of an earlier deployment, works in English.
const catalogue: Catalogue =
  language === "de"
    ? await import("./words/de.po").then(
        (module) => module.default,
        () => ({}),
      )
    : {};

const isEnglish = language === "en";
const forms = new Intl.PluralRules(language);
const FORMS = ["one", "other"];

/** A sentence in the page's language; `holes` says which value follows each text. */
interface Sentence {
  texts: string[];
  holes: number[];
}

const sentences = new WeakMap<readonly string[], Sentence>();

if (globalThis.document) document.documentElement.lang = language;

/** What somebody chose in this browser. */
export function chosenLanguage(): string | null {
  const kept = globalThis.localStorage?.getItem(KEPT);
  return kept && LANGUAGES.includes(kept) ? kept : null;
}

function preferred() {
  const spoken = (globalThis.navigator?.languages ?? []).map((each) => each.split("-")[0] ?? "");
  return spoken.find((each) => LANGUAGES.includes(each)) ?? "en";
}

/**
 * Keep another language for this browser, and begin anew in it.
 *
 * @param code one of LANGUAGES, or null: the browser's
 */
export function speak(code: string | null) {
  if (code) localStorage.setItem(KEPT, code);
  else localStorage.removeItem(KEPT);
  location.reload();
}

function translationOf(message: string): string | undefined {
  const found = catalogue[message];
  return typeof found === "string" ? found : undefined;
}

/**
 * A text of TSX with values in it, which may be elements: the build makes it of `<p>Paid on
 * {day}</p>`.
 */
export function sentence(
  parts: TemplateStringsArray,
  ...values: ComponentChildren[]
): ComponentChildren[] {
  const { texts, holes } = sentenceInThisLanguage(parts);
  const shown: ComponentChildren[] = [];
  texts.forEach((text, at) => {
    if (text) shown.push(text);
    const hole = holes[at];
    if (hole !== undefined) shown.push(values[hole]);
  });
  return shown;
}

function sentenceInThisLanguage(parts: TemplateStringsArray) {
  let known = sentences.get(parts);
  if (!known) {
    const message = numbered(parts);
    const other = translationOf(message) ?? message;
    const holes = [...other.matchAll(/\{(\d+)\}/g)].map(([, hole]) => Number(hole) - 1);
    known = { texts: other.split(/\{\d+\}/), holes };
    sentences.set(parts, known);
  }
  return known;
}

/** A sentence outside of a template: t`Paid on ${day}`. */
export function t(parts: TemplateStringsArray, ...values: unknown[]): string {
  const message = numbered(parts);
  const other = isEnglish ? message : (translationOf(message) ?? message);
  return other.replace(/\{(\d+)\}/g, (_, hole) => String(values[Number(hole) - 1]));
}

/**
 * The words for so many: "receipt" of 1, "receipts" of 2.
 *
 * @param one "receipt"
 * @param many "receipts"
 */
export function worded(count: number, one: string, many: string) {
  const others = catalogue[one];
  if (Array.isArray(others)) return others[FORMS.indexOf(forms.select(count))] ?? one;
  return count === 1 ? one : many;
}

/** "Paid on {1}", of a text between whose parts values stand. It may be written on several lines. */
function numbered(parts: readonly string[]): string {
  const message = parts.reduce((text, part, hole) => `${text}{${hole}}${part}`);
  return message.replace(/\n\s*/g, " ");
}

/** What a browser shows of a text in HTML: one space for many, and none around its lines. */
function onOneLine(text: string): string {
  return text.replace(/^\s*\n\s*|\s*\n\s*$/g, "").replace(/\s+/g, " ");
}

/** Say what the HTML of this page says in its language. */
export function sayPage() {
  if (isEnglish) return;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode as Text;
    text.data = translationOf(onOneLine(text.data)) ?? text.data;
  }
}
