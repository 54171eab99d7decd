// @ts-check
/** Who may owe a document, as a choice. Pure. */

import { t } from "../words.js";

/** @import { AccountPerson } from "../api/types.js" */

/**
 * @param {Pick<AccountPerson, "id" | "name" | "removedAt">[]} people
 * @param {string | null} owedBy who is asked already
 * @returns {{ value: string, label: string }[]} those who are there, by name; nobody is a choice where somebody was asked
 */
export function choicesOf(people, owedBy) {
  const there = people.filter(({ removedAt }) => removedAt === null).sort((one, other) => one.name.localeCompare(other.name));
  const none = owedBy === null ? { value: "", label: t`Choose …` } : { value: JSON.stringify(""), label: t`Nobody` };
  return [none, ...there.map(({ id, name }) => ({ value: JSON.stringify(id), label: name }))];
}
