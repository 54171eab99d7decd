/**
 * Above the queue: what it comes to, whose expenses are shown, and the way to approve all of
 * these.
 */

import { counted, money } from "../../format.ts";
import { SelectField } from "../../parts/fields.tsx";
import { sumOf } from "../../values/decimals.ts";
import { t } from "../../words.ts";
import type { Queued } from "../../api/types.d.ts";

export function QueueHead({
  waiting,
  left,
  count,
  person,
  onPerson,
  onAll,
}: {
  /** of everybody */
  waiting: Queued[];
  /** of the chosen person */
  left: Queued[];
  /** how many wait, also those that are not shown yet */
  count: number;
  /** whose expenses are shown; empty for everybody's */
  person: string;
  onPerson: (person: string) => void;
  onAll: () => void;
}) {
  const people = peopleOf(waiting);
  const everybody = { value: "", label: t`Everybody` };
  return (
    <div class="approval-head">
      <p>
        <strong>{counted(count, "expense")}</strong> <span class="money">{sumsOf(left)}</span>
      </p>
      {people.length > 1 && (
        <SelectField
          label="Handed in by"
          value={person}
          options={[everybody, ...people]}
          onValue={onPerson}
        />
      )}
      {left.length > 1 && (
        <button type="button" class="button" onClick={onAll}>
          Approve all {left.length} …
        </button>
      )}
    </div>
  );
}

/** @returns with how many are each person's */
function peopleOf(waiting: Queued[]): { value: string; label: string }[] {
  const people: Map<string, { name: string; count: number }> = new Map();
  for (const { expense } of waiting) {
    if (!expense.person) continue;
    const known = people.get(expense.person.id) ?? {
      name: expense.person.name ?? t`somebody who has left`,
      count: 0,
    };
    people.set(expense.person.id, { ...known, count: known.count + 1 });
  }
  return [...people].map(([value, { name, count }]) => ({ value, label: `${name} (${count})` }));
}

/** By currency. */
export function sumsOf(queued: Queued[]) {
  const currencies = [...new Set(queued.map(({ expense }) => expense.currency))].sort();
  return currencies
    .map((currency) =>
      money(
        sumOf(
          queued
            .filter(({ expense }) => expense.currency === currency)
            .map(({ expense }) => expense.total),
        ),
        currency,
      ),
    )
    .join(" + ");
}
