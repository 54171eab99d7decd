/**
 * What the Worker says, in the page's language. The API answers in English; a sentence of it is
 * found in a catalogue (words/worker.de.po) by its text, or by its pattern where values stand in
 * it. What is in no catalogue stays as it is.
 */

/** A sentence's translation, both with holes: "Paid on {1}" */
type Catalogue = Record<string, string>;
/**
 * A sentence with holes. `given` is its longest text: only where that stands its holes are looked
 * for.
 */
type Pattern = { texts: string[]; other: string; given: string; weight: number };

/**
 * Members of answers that hold sentences of the Worker. A person's own words stand in some; they
 * are in no catalogue.
 */
export const MEMBERS = new Set([
  "after",
  "begunBy",
  "compared",
  "detail",
  "disabledWhy",
  "disconnectedWhy",
  "error",
  "example",
  "hint",
  "inWords",
  "label",
  "lastError",
  "means",
  "message",
  "missing",
  "msg",
  "mustNotRepeat",
  "needs",
  "next",
  "notMailed",
  "problem",
  "reason",
  "reasons",
  "remarks",
  "says",
  "sentence",
  "sentences",
  "source",
  "summary",
  "title",
  "tried",
  "undoneBecause",
  "whatHappened",
  "why",
  "whyNot",
  "withheld",
]);
/** A sentence, and a name in brackets or a currency behind it. */
const BESIDE = /^(.*[^\s(])( \([^()]*\)|, [A-Z]{3})$/s;
/**
 * Names that the Worker gives: who approves where it is nobody by name, those of a set-up that
 * nobody has renamed, and accounts of the ledger that are its own.
 */
const OWN_NAMES = [
  /^(anyone who can approve|an owner|an approver|somebody who has left)$/i,
  /^(My company|Owner|first token)$/,
  /^(Bank|Billing), .+, [A-Z]{3}$|^(Payouts on their way|Company|Bank account|Owed to .+), [A-Z]{3}$/i,
];
const AMOUNT = /^(-?[\d,]*\d(?:\.\d+)?) ([A-Z]{3})$/;
const MARK = /[.:;]$/;
const BETWEEN = /(,? and |,? or |, )/;
const SENTENCES = /(?<=[.!?:;]) (?=\S)/;
/** An end of a sentence with another one behind it */
const REPEATED = /[.!?] \S/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const MOMENT = /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/;
/** Several words, or one with a capital; one without looks like a code. */
const MAY_BE_SAID = / |^[A-Z][a-z]/;
const DEEPEST = 5;
/**
 * How many characters may be compared for each character of a text: what takes longer to find
 * stays as it is.
 */
const WORK_PER_CHARACTER = 20_000;

function isOwnName(name: string) {
  return OWN_NAMES.some((each) => each.test(name));
}

/**
 * @param inLocale how amounts and days are written in it
 * @returns what says a text of the Worker in the catalogue's language
 */
export function sayer(catalogue: Catalogue, inLocale: string): (text: string) => string {
  const whole: Map<string, string> = new Map();
  /** by the first word; "" where that is a hole */
  const patterns: Map<string, Pattern[]> = new Map();
  // How many sentences one message has at most.
  let longest = 1;
  for (const [message, other] of Object.entries(catalogue)) {
    const key = bare(message);
    longest = Math.max(longest, message.split(SENTENCES).length);
    if (!/\{\d+\}/.test(key)) whole.set(key, other);
    else {
      const start = firstWord(key);
      if (!patterns.has(start)) patterns.set(start, []);
      patterns.get(start)?.push(patternOf(key, other));
    }
  }
  const ordered: Map<string, Pattern[]> = new Map();
  const startingWith = (word: string) => {
    const found = ordered.get(word) ?? [
      ...(patterns.get(word) ?? []),
      ...((word && patterns.get("")) || []),
    ];
    if (!ordered.has(word))
      ordered.set(
        word,
        found.sort((one, next) => next.weight - one.weight),
      );
    return found;
  };
  const known: Map<string, string> = new Map();

  // How many characters may still be compared for the text that is said.
  let work = 0;

  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    if (known.size > 5_000) known.clear();
    work = WORK_PER_CHARACTER * (text.length + 1);
    const found = say(text, 0);
    known.set(text, found);
    return found;
  };

  function say(text: string, depth: number): string {
    const said = found(text, depth) ?? each(text, depth) ?? list(text, depth);
    const beside = said === null && BESIDE.exec(text);
    return beside ? say(beside[1] ?? "", depth) + beside[2] : (said ?? text);
  }

  function found(text: string, depth: number): string | null {
    const key = bare(text);
    const simple = whole.get(key);
    if (simple !== undefined) return alike(text, simple);
    if (depth > DEEPEST) return null;
    const ended = key + (MARK.exec(text.trim())?.[0] ?? "");
    for (const pattern of startingWith(firstWord(key))) {
      work -= ended.length;
      if (work < 0) return null;
      // A full stop may stand before a hole that is empty.
      const held =
        ended.includes(pattern.given) && (heldIn(key, pattern) ?? heldIn(ended, pattern));
      if (held)
        return alike(
          text,
          pattern.other.replace(/\{(\d+)\}/g, (_, hole) =>
            value(held[Number(hole)] ?? "", depth + 1),
          ),
        );
    }
    return null;
  }

  /** Several sentences, each by itself. */
  function each(text: string, depth: number): string | null {
    const sentences = text.split(SENTENCES);
    if (sentences.length < 2 || depth > DEEPEST) return null;
    const said = [];
    for (let from = 0; from < sentences.length; ) {
      let to = Math.min(sentences.length - (from === 0 ? 1 : 0), from + longest);
      let other = null;
      for (; to > from && other === null; to--)
        other = found(sentences.slice(from, to).join(" "), depth + 1);
      said.push(other ?? value(sentences[from] ?? "", depth + 1));
      from = other === null ? from + 1 : to + 1;
    }
    return said.join(" ");
  }

  /** A list such as "ready or approved", where each of its parts is known. */
  function list(text: string, depth: number): string | null {
    const parts = text.split(BETWEEN);
    if (parts.length < 3 || depth > DEEPEST) return null;
    const said = parts.map((part) => {
      if (part === ", ") return part;
      // German has no comma before the last part.
      return DAY.test(part) ? value(part, depth) : found(part.replace(/^,/, ""), depth + 1);
    });
    return said.includes(null) ? null : said.join("");
  }

  /** What stands in a hole. */
  function value(text: string, depth: number) {
    const amount = AMOUNT.exec(text);
    if (amount) {
      const format = new Intl.NumberFormat(inLocale, { style: "currency", currency: amount[2] });
      // A decimal string is formatted exactly; a number could lose digits.
      return format.format((amount[1] ?? "").replaceAll(",", "") as any);
    }
    if (DAY.test(text))
      return new Intl.DateTimeFormat(inLocale, { dateStyle: "medium", timeZone: "UTC" }).format(
        new Date(text),
      );
    if (MOMENT.test(text))
      return new Intl.DateTimeFormat(inLocale, { dateStyle: "medium", timeStyle: "short" }).format(
        new Date(text),
      );
    return say(text, depth);
  }
}

/**
 * Without what differs by the place where it stands: the first letter's size, blanks around it,
 * the mark at its end.
 */
function bare(text: string) {
  const line = text.trim().replace(MARK, "");
  return line.charAt(0).toLowerCase() + line.slice(1);
}

/** A translation with these of the text that it stands for. */
function alike(text: string, other: string) {
  const line = text.trim();
  let said = other.trim().replace(MARK, "") + (MARK.exec(line)?.[0] ?? "");
  if (/^\p{Lu}/u.test(line)) said = said.charAt(0).toUpperCase() + said.slice(1);
  return (
    text.slice(0, text.length - text.trimStart().length) + said + text.slice(text.trimEnd().length)
  );
}

function firstWord(key: string) {
  return /^[^\s{]+(?=\s)/.exec(key)?.[0] ?? "";
}

function patternOf(key: string, other: string): Pattern {
  const texts = key.split(/\{\d+\}/);
  const [given = ""] = [...texts].sort((one, next) => next.length - one.length);
  return { texts, other, given, weight: texts.join("").length };
}

/**
 * What stands in its holes, from 1 on; null where it is another sentence. It looks for each text
 * once, from the left, so that it takes linear time.
 */
function heldIn(key: string, { texts, given }: Pattern) {
  const first = texts[0] ?? "";
  const last = texts.at(-1) ?? "";
  const end = key.length - last.length;
  if (end < first.length || !key.startsWith(first) || !key.endsWith(last)) return null;
  const values = [""];
  let start = first.length;
  for (const text of texts.slice(1, -1)) {
    const place = key.indexOf(text, start);
    if (place < 0 || place + text.length > end) return null;
    values.push(key.slice(start, place));
    start = place + text.length;
  }
  values.push(key.slice(start, end));
  // The sentence stands there again: these are several, and each has values of its own.
  if (given.trim() && values.some((value) => REPEATED.test(value) && value.includes(given)))
    return null;
  return values;
}

/** @param isSaid it is what a member holds that has sentences */
export function inWordsOf<T>(say: (text: string) => string, answer: T, isSaid: boolean = false): T {
  if (typeof answer === "string")
    return (isSaid && MAY_BE_SAID.test(answer) ? say(answer) : answer) as any;
  if (Array.isArray(answer)) return answer.map((each) => inWordsOf(say, each, isSaid)) as any;
  if (answer === null || typeof answer !== "object") return answer;
  const members = Object.entries(answer).map(([name, value]) => [
    name,
    inWordsOf(say, value, MEMBERS.has(name) || (name === "name" && isOwnName(String(value)))),
  ]);
  return Object.fromEntries(members);
}
