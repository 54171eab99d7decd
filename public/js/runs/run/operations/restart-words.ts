/** What a restart would do, in words, and whether it may begin. */

import { t } from "../../../words.ts";
import type { RestartPlace, RestartRepeat } from "../../../api/types.d.ts";

/** Whether a person has said that it may happen again: of what nobody can take back, by its name. */
export function isConfirmed(
  repeat: RestartRepeat,
  value: string,
  nameOf: (name: string) => string,
) {
  if (!repeat.isIrreversible) return value !== "";
  return value.trim() === nameOf(repeat.step);
}

/** What is not done again. */
export function keptBy({ keeps, repeats }: RestartPlace, nameOf: (name: string) => string) {
  const names = keeps.map(nameOf).join(", ");
  const before = keeps.length ? t`Not done again: ${names}.` : t`Every step is done again.`;
  const elsewhere = repeats.length ? "" : ` ${t`Nothing happens again elsewhere.`}`;
  return before + elsewhere;
}

/**
 * The last step that can be meant: it repeats the least.
 *
 * @param declared the steps of the contract, which go before what the engine did between them
 */
export function firstOf(places: RestartPlace[], declared: string[]) {
  const possible = places.filter((each) => !each.whyNot);
  const last = possible.findLast((each) => declared.includes(each.step)) ?? possible.at(-1);
  return (last ?? places[0])?.step ?? "";
}
