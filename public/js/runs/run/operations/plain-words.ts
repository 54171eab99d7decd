/**
 * Plain words for the names that only a run's code knows: its kind's own, and those of the durable
 * steps around them.
 */

import { t } from "../../../words.ts";
import { WORDS_OF_KINDS } from "./kind-words.ts";
import type { KindWords } from "./kind-words.ts";

/** The core's own durable steps, as the record names them. */
const DURABLE: [RegExp, string][] = [
  [/\breview-\d+: request\b/g, t`“Ask a person”`],
  [/\breview-\d+: take up\b/g, t`“Take the decision up”`],
  [/\bsignal ([\w.-]+)-\d+: begin\b/g, t`Began to wait for “$1”`],
  [/\bsignal ([\w.-]+)-\d+: end\b/g, t`Waited for “$1”`],
  [/\btimer ([\w.-]+)-\d+: begin\b/g, t`Fell asleep, “$1”`],
  [/\btimer ([\w.-]+)-\d+: over\b/g, t`Slept, “$1”`],
  [/\bchild [\w.-]+-\d+: begin\b/g, t`Began to wait for a run that it began`],
  [/\bchild [\w.-]+-\d+: end\b/g, t`Waited for a run that it began`],
  [/\brollback: child: (.+?)(?= failed for good|: \w+ after )/g, t`Undo a run that it began, “$1”`],
  [/^child: (.+?)(?=: \w+ after )/, t`Began another run, “$1”`],
  [/^continue: as another run\b/, t`Went on as another run`],
  [/^end as ([\w.-]+)/, t`Ended as “$1”`],
  [/^tools \d+: offered\b/, t`Offered tools to a model`],
  [/^tool (\d+): asked\b/, t`A model asked for call $1 of a tool`],
  [/^tool (\d+): decided\b/, t`A person decided on call $1 of a tool`],
  [/^tell: (\S+) .+?(?=: \w+ after )/, t`Told other systems of “$1”`],
];

export function wordsOfKind(kind: string): KindWords {
  return WORDS_OF_KINDS[kind] ?? {};
}

/** What runs of the product wait for, by their kind and the signal's name. */
const WAITS: Record<string, Record<string, string>> = {
  claim: {
    changed: t`Wait for a payment or an answer`,
    mailed: t`Wait for the e-mail to be delivered`,
  },
  payout: { settled: t`Wait for the bank’s answer` },
};

/** @param signal by its name in the contract */
export function waitLabel(kind: string, signal: string) {
  return WAITS[kind]?.[signal] ?? t`Wait for “${signal}”`;
}

/** What contracts call their steps, by kind, as the runs that were loaded said. */
const titles: Map<string, Record<string, string>> = new Map();

/** Keep what a run's contract calls its steps. */
export function learnTitles({
  kind,
  steps,
}: {
  kind: string;
  steps: { name: string; title: string }[];
}) {
  titles.set(kind, {
    ...titles.get(kind),
    ...Object.fromEntries(steps.map(({ name, title }) => [name, title])),
  });
}

/** @param step by its name in the contract */
export function stepLabel(kind: string, step: string) {
  return wordsOfKind(kind).steps?.[step] ?? titles.get(kind)?.[step] ?? step;
}

/**
 * What the record says of a run, without the names that only its code knows.
 *
 * @param text such as "signal confirm-1: begin: completed after 1 attempt"
 * @returns "Began to wait for “confirm”: completed after 1 attempt"
 */
export function inPlainWords(kind: string, text: string): string {
  let plain = text
    .replaceAll(/ ?\(NeedsReview: \w+\)/g, t`; a person was asked`)
    .replaceAll(/ \([a-z]+(?:_[a-z]+)+\)/g, "");
  for (const [name, words] of DURABLE) plain = plain.replace(name, words);
  plain = plain.replace(
    /(?<!:)\brollback: ([\w.-]+)/g,
    (_, step) => t`Undo “${stepLabel(kind, step)}”`,
  );
  for (const [name, label] of Object.entries(wordsOfKind(kind).steps ?? {}))
    plain = plain.replaceAll(name, `“${label}”`);
  // At the beginning of what is said of a step, and nowhere else: "pay" is part of other words.
  return plain.replace(/^([\w-]+)(?=: | \()/, (name) =>
    titles.get(kind)?.[name] ? `“${stepLabel(kind, name)}”` : name,
  );
}
