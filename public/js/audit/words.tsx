/** What entries of the audit say: who, what, and about which thing. */

import { moment } from "../format.ts";
import { nameOfKind } from "../kinds.ts";
import { WORDS_OF_KINDS } from "../runs/run/operations/kind-words.ts";
import { locale, t } from "../words.ts";
import type { Entry, Thing, Who } from "../api/types.d.ts";

export const KINDS: Record<string, string> = {
  expense: t`Expense`,
  receipt: t`Receipt`,
  claim: t`Invoice`,
  export: t`Export`,
  person: t`Person`,
  run: t`Run`,
};

const STEPS = WORDS_OF_KINDS.receipt?.steps ?? {};

export function saysOf({ action, says, step }: Entry) {
  if (action === "run.created" && !step) return t`Started`;
  if (action !== "step.completed" || !step) return says;
  const done = STEPS[step];
  return done ? t`Done: ${done}` : t`A step was done`;
}

export function whoOf({ name, how }: Who) {
  if (name === null) return how === "system" ? t`Tillroll` : t`Somebody who has left, or outside`;
  return how === "token" ? t`${name}, by a token` : name;
}

export function thingOf({ kind, name }: Thing) {
  const known = KINDS[kind];
  if (!name) return known ?? kind;
  // A run without a thing of its own has the name of its kind.
  const named = kind === "run" ? nameOfKind(name) : name;
  return known ? t`${known}: ${named}` : named;
}

const time = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "medium" });

/** A time in full, as an audit is read. */
export function At({ at }: { at: string }) {
  return (
    <time datetime={at} title={moment(at)}>
      {time.format(new Date(at))}
    </time>
  );
}
