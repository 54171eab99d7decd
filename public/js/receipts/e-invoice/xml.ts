/**
 * XML as a tree, in plain values: nothing of it becomes a part of the page, no address is asked
 * for, and there are no entities but those of XML itself. Pure, so that it is tested without a
 * browser.
 *
 * The browser's DOMParser is not used: the page's policy of Trusted Types counts it among what
 * makes markup.
 */

/** An element with its local name; a long text, such as an attached file, is cut. */
export interface Element {
  name: string;
  namespace: string;
  attributes: Record<string, string>;
  text: string;
  children: Element[];
}

/** What is wrong with it. */
export type Fault = "encoding" | "malformed" | "doctype" | "large" | "unknown";

export class XmlProblem extends Error {
  fault: Fault;

  constructor(fault: Fault) {
    super(fault);
    this.fault = fault;
  }
}

// As the server's reader has them (tillroll_documents/reading/e_invoices/e_invoice.py).
export const MOST_BYTES = 10 * 1024 * 1024;
const MOST_ELEMENTS = 100_000;
const MOST_LEVELS = 40;
const LONGEST_TEXT = 4_000;
/** In which the declaration stands. */
const DECLARATION = 400;

// Made once: each is tried for every element.
const TAG = /<([^\s<>/="']+)/y;
const ATTRIBUTE = /\s+([^\s<>/="']+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y;
const TAG_END = /\s*(\/?)>/y;
const REFERENCE = /&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w{1,10}));/gi;
const ENTITIES: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/**
 * The bytes as text, by their mark, their width, or their declaration (XML 1.0, appendix F).
 *
 * @throws {XmlProblem}
 */
export function textOf(bytes: Uint8Array): string {
  if (bytes.length > MOST_BYTES) throw new XmlProblem("large");
  try {
    const decoder = new TextDecoder(encodingOf(bytes), { fatal: true });
    return decoder.decode(bytes);
  } catch {
    throw new XmlProblem("encoding");
  }
}

function encodingOf(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  if (first === 0x3c && second === 0) return "utf-16le";
  if (first === 0 && second === 0x3c) return "utf-16be";
  const begin = new TextDecoder("latin1").decode(bytes.subarray(0, DECLARATION));
  const declared = /<\?xml\s[^>]*?\sencoding\s*=\s*["']([\w.:-]+)["']/.exec(begin)?.[1] ?? "utf-8";
  // Such a declaration contradicts the bytes, each of which is a sign of its own.
  return /^(utf-?16|ucs-?2|utf-?32|unicode)/i.test(declared) ? "utf-8" : declared;
}

/**
 * The root element.
 *
 * @throws {XmlProblem}
 */
export function readXml(text: string): Element {
  return new Reader(text).read();
}

interface Opened {
  element: Element;
  /** with its prefix, as its end tag repeats it */
  tag: string;
  /** namespaces by prefix */
  scope: Record<string, string>;
}

class Reader {
  #text: string;
  #at = 0;
  #root: Element | null = null;
  #open: Opened[] = [];
  #count = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): Element {
    while (this.#at < this.#text.length) {
      if (this.#text[this.#at] === "<") this.#readMarkup();
      else this.#readText();
    }
    if (!this.#root || this.#open.length > 0) throw new XmlProblem("malformed");
    return this.#root;
  }

  #readMarkup() {
    const begins = (mark: string) => this.#text.startsWith(mark, this.#at);
    if (begins("<!--")) this.#upTo("-->");
    else if (begins("<![CDATA[")) this.#add(this.#upTo("]]>").slice("<![CDATA[".length));
    else if (begins("<?")) this.#upTo("?>");
    else if (begins("<!DOCTYPE")) throw new XmlProblem("doctype");
    else if (begins("</")) this.#end(this.#upTo(">").slice(2).trimEnd());
    else this.#begin();
  }

  /** @returns what stands before the mark, which is passed */
  #upTo(mark: string): string {
    const end = this.#text.indexOf(mark, this.#at);
    if (end < 0) throw new XmlProblem("malformed");
    const found = this.#text.slice(this.#at, end);
    this.#at = end + mark.length;
    return found;
  }

  #readText() {
    const next = this.#text.indexOf("<", this.#at);
    const end = next < 0 ? this.#text.length : next;
    // A longer text is cut in any case; a reference takes twelve signs at most.
    const kept = this.#text.slice(this.#at, Math.min(end, this.#at + LONGEST_TEXT * 12));
    this.#at = end;
    this.#add(unescaped(kept));
  }

  #add(text: string) {
    const opened = this.#open.at(-1);
    if (!opened) {
      if (text.replace("\ufeff", "").trim()) throw new XmlProblem("malformed");
      return;
    }
    const { element } = opened;
    element.text = (element.text + text).slice(0, LONGEST_TEXT);
  }

  #begin() {
    const tag = this.#take(TAG)[1] as string;
    const attributes: Record<string, string> = {};
    for (;;) {
      const found = this.#find(ATTRIBUTE);
      if (!found) break;
      const value = found[2] ?? found[3] ?? "";
      attributes[found[1] as string] = unescaped(value.slice(0, LONGEST_TEXT));
    }
    const isEmpty = this.#take(TAG_END)[1] === "/";
    this.#put(tag, attributes);
    if (isEmpty) this.#end(tag);
  }

  #put(tag: string, attributes: Record<string, string>) {
    const parent = this.#open.at(-1);
    this.#count += 1;
    if (this.#count > MOST_ELEMENTS || this.#open.length >= MOST_LEVELS)
      throw new XmlProblem("large");
    if (!parent && this.#root) throw new XmlProblem("malformed");
    const scope = scopeOf(attributes, parent?.scope);
    const [prefix, name] = partsOf(tag);
    const namespace = known(scope, prefix) ?? "";
    const element: Element = { name, namespace, attributes, text: "", children: [] };
    if (parent) parent.element.children.push(element);
    else this.#root = element;
    this.#open.push({ element, tag, scope });
  }

  #end(tag: string) {
    const opened = this.#open.pop();
    if (opened?.tag !== tag) throw new XmlProblem("malformed");
    opened.element.text = opened.element.text.trim();
  }

  #find(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found) this.#at = pattern.lastIndex;
    return found;
  }

  #take(pattern: RegExp): RegExpExecArray {
    const found = this.#find(pattern);
    if (!found) throw new XmlProblem("malformed");
    return found;
  }
}

function scopeOf(attributes: Record<string, string>, around: Record<string, string> = {}) {
  const names = Object.keys(attributes);
  if (!names.some((name) => name.startsWith("xmlns"))) return around;
  const declared = Object.entries(attributes).flatMap(([name, value]) => {
    if (name === "xmlns") return [["", value]];
    return name.startsWith("xmlns:") ? [[name.slice("xmlns:".length), value]] : [];
  });
  return { ...around, ...Object.fromEntries(declared) };
}

/** A file may name what every object has, such as "constructor". */
function known(record: Record<string, string>, name: string): string | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

/** @returns prefix and local name */
function partsOf(tag: string): [string, string] {
  const colon = tag.indexOf(":");
  return [tag.slice(0, Math.max(0, colon)), tag.slice(colon + 1)];
}

function unescaped(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(REFERENCE, (_, decimal, hex, name) => {
    if (name) {
      const sign = known(ENTITIES, name);
      if (sign === undefined) throw new XmlProblem("malformed");
      return sign;
    }
    const code = decimal ? Number(decimal) : Number.parseInt(hex, 16);
    if (code > 0x10ffff) throw new XmlProblem("malformed");
    return String.fromCodePoint(code);
  });
}

/** The elements at the end of a path of local names, "/Party/PostalAddress"; "/A|B" is either. */
export function all(element: Element | null, path: string): Element[] {
  let found = element ? [element] : [];
  for (const step of path.split("/").filter(Boolean)) {
    const names = step.split("|");
    found = found.flatMap((each) => each.children.filter(({ name }) => names.includes(name)));
  }
  return found;
}

/** The first one that says something. */
export function first(element: Element | null, ...paths: string[]): Element | null {
  for (const path of paths) {
    const found = all(element, path).find(({ text, children }) => text || children.length > 0);
    if (found) return found;
  }
  return null;
}

/** The first text at the end of one of the paths, or empty. */
export function said(element: Element | null, ...paths: string[]): string {
  return first(element, ...paths)?.text ?? "";
}

/** @returns those of the texts that are there */
export function present(...texts: string[]): string[] {
  return texts.filter((text) => text !== "");
}

/** The tax in the invoice's currency (BT-110), and in the one that it is accounted in (BT-111). */
export function taxTotals(totals: Element[], currency: string) {
  const isOwn = ({ attributes: { currencyID = currency } }: Element) => currencyID === currency;
  const other = totals.find((each) => !isOwn(each));
  return {
    own: totals.find(isOwn)?.text ?? "",
    other: other ? { amount: other.text, currency: other.attributes.currencyID ?? "" } : null,
  };
}
