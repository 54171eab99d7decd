// @ts-check
/** What entries of the audit say: who, what, and about which thing. */

import { moment } from "../format.js";
import { WORDS_OF_KINDS } from "../labels.js";
import { html, locale, t } from "../words.js";

/** @import { Entry, Thing, Who } from "../api/types.js" */

/** @type {Record<string, string>} */
export const KINDS = {
  expense: t`Expense`,
  receipt: t`Receipt`,
  claim: t`Claim`,
  export: t`Export`,
  person: t`Person`,
  run: t`Run`,
};

const STEPS = WORDS_OF_KINDS.receipt?.steps ?? {};

/** @param {Entry} entry */
export function saysOf({ action, says, step }) {
  if (action === "run.created" && !step) return t`Started`;
  if (action !== "step.completed" || !step) return says;
  const done = STEPS[step];
  return done ? t`Done: ${done}` : t`A step was done`;
}

/** @param {Who} who */
export function whoOf({ name, how }) {
  if (name === null) return how === "system" ? t`Tillroll` : t`Somebody who has left, or outside`;
  return how === "token" ? t`${name}, by a token` : name;
}

/** @param {Thing} thing */
export function thingOf({ kind, name }) {
  const known = KINDS[kind];
  if (!name) return known ?? kind;
  return known ? t`${known}: ${name}` : name;
}

const time = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "medium" });

/** A time in full, as an audit is read. @param {{ at: string }} props */
export function At({ at }) {
  return html`<time datetime=${at} title=${moment(at)}>${time.format(new Date(at))}</time>`;
}
