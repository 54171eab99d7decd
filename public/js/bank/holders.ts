/** Whose a bank account and its cards are, as fields of a form. Pure. */

import { t } from "../words.ts";
import type { AccountPerson, BankAccount, BankCard } from "../api/types.d.ts";

/** @returns everybody who is there, and who holds it though they have left; first nobody */
export function holderChoices(
  people: Pick<AccountPerson, "id" | "name" | "removedAt">[],
  held: string | null,
): { value: string; label: string }[] {
  const there = people
    .filter(({ id, removedAt }) => removedAt === null || id === held)
    .sort((one, other) => one.name.localeCompare(other.name));
  return [
    { value: JSON.stringify(""), label: t`Nobody` },
    ...there.map(({ id, name }) => ({ value: JSON.stringify(id), label: name })),
  ];
}

/** @returns what stands in the fields at first */
export function heldValues({
  heldBy,
  cards,
}: Pick<BankAccount, "heldBy" | "cards">): Record<string, string> {
  const values: Record<string, string> = { person: heldBy ?? "" };
  for (const [row, { ending, person }] of cards.entries()) {
    values[`ending${row}`] = ending;
    values[`person${row}`] = person;
  }
  return values;
}

/** @returns the cards that are filled in; one that lost its digits or its person is none any more */
export function cardsIn(body: Record<string, unknown>, rows: number[]): BankCard[] {
  return rows
    .map((row) => ({
      ending: String(body[`ending${row}`] ?? "").trim(),
      person: String(body[`person${row}`] ?? ""),
    }))
    .filter(({ ending, person }) => ending !== "" && person !== "");
}
