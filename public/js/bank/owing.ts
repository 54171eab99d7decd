/** Who may owe a document, as a choice. Pure. */

import { t } from "../words.ts";
import type { AccountPerson } from "../api/types.d.ts";

/**
 * @param owedBy who is asked already
 * @returns those who are there, by name; nobody is a choice where somebody was asked
 */
export function choicesOf(
  people: Pick<AccountPerson, "id" | "name" | "removedAt">[],
  owedBy: string | null,
): { value: string; label: string }[] {
  const there = people
    .filter(({ removedAt }) => removedAt === null)
    .sort((one, other) => one.name.localeCompare(other.name));
  const none =
    owedBy === null
      ? { value: "", label: t`Choose …` }
      : { value: JSON.stringify(""), label: t`Nobody` };
  return [none, ...there.map(({ id, name }) => ({ value: JSON.stringify(id), label: name }))];
}
