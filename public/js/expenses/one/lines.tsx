/** Lines of an expense: the parts that it is split into, tax lines, items. */

import { money } from "../../format.ts";
import { AmountField, TextField } from "../../parts/fields.tsx";
import { Icon } from "../../parts/icon.tsx";
import { CategoryField } from "../category-field.tsx";
import { readAmount, writtenAmount } from "../../values/amount.ts";
import { isZero, leftOf } from "../../values/decimals.ts";
import { SPECS } from "./fields.ts";
import { t } from "../../words.ts";
import { Problem } from "../../parts/problem.tsx";
import type { Editing } from "./draft.ts";
import type { Column, Line, Name } from "./fields.ts";

type LinesName = "parts" | "taxLines" | "items";

const WORDS: Record<
  LinesName,
  { add: string; one: (place: number) => string; takeOut: (place: number) => string }
> = {
  parts: {
    add: t`Add a part`,
    one: (place) => t`Part ${place}`,
    takeOut: (place) => t`Remove part ${place}`,
  },
  taxLines: {
    add: t`Add a tax line`,
    one: (place) => t`Tax line ${place}`,
    takeOut: (place) => t`Remove tax line ${place}`,
  },
  items: {
    add: t`Add an item`,
    one: (place) => t`Item ${place}`,
    takeOut: (place) => t`Remove item ${place}`,
  },
};

function blank(name: Name): Line {
  return Object.fromEntries((SPECS[name].columns ?? []).map((column) => [column.name, ""]));
}

export function Split({ editing }: { editing: Editing }) {
  const lines = editing.typed("parts") as Line[];
  const currency = String(editing.typed("currency"));
  if (lines.length === 0) {
    const begin = () => {
      const category = String(editing.typed("category"));
      editing.type("parts", [
        { ...blank("parts"), category, amount: String(editing.typed("total")) },
        blank("parts"),
      ]);
    };
    return (
      <p>
        <button type="button" class="button" onClick={begin}>
          Split over categories
        </button>
      </p>
    );
  }
  const left = restOf(String(editing.typed("total")), lines, currency);
  const last = lines.length - 1;
  const putRest = () => {
    const others = lines.slice(0, last);
    const rest = writtenAmount(restOf(String(editing.typed("total")), others, currency) ?? "");
    editing.type("parts", [...others, { ...blank("parts"), ...lines[last], amount: rest }]);
  };
  const isEven = left !== null && isZero(left);
  return (
    <>
      <Lines name="parts" editing={editing} />
      <p class={isEven ? "left-over" : "left-over is-open"} role="status">
        {left === null
          ? t`Left: write the amounts to see it.`
          : isEven
            ? t`Nothing is left: it adds up.`
            : t`Left: ${money(left, currency)}`}
      </p>
      <p class="form-buttons">
        {!isEven && (
          <button type="button" class="button small" onClick={putRest}>
            Put what is left into the last part
          </button>
        )}
        <button type="button" class="button small" onClick={() => editing.type("parts", [])}>
          Do not split it
        </button>
      </p>
      <p class="quiet">
        Where no part has a tax, the tax is shared out by the amounts. Reports and files have each
        part in its own category.
      </p>
    </>
  );
}

/** @returns a decimal string; null where an amount is none */
function restOf(total: string, lines: Line[], currency: string): string | null {
  const whole = readAmount(total, currency);
  const parts = lines.map(({ amount = "" }) => readAmount(amount, currency));
  if (!whole.value || parts.some(({ problem }) => problem)) return null;
  return leftOf(
    whole.value,
    parts.map(({ value }) => value || "0"),
  );
}

/**
 * Lines to read.
 *
 * `onOpen`: null where they are locked
 */
export function ReadLines({
  name,
  editing,
  onOpen,
}: {
  name: LinesName;
  editing: Editing;
  onOpen: (() => void) | null;
}) {
  const { label, columns = [] } = SPECS[name];
  const lines = editing.typed(name) as Line[];
  const shown = columns.filter((column) => lines.some((line) => line[column.name]));
  return (
    <div class="expense-lines" data-field={name}>
      {lines.length > 0 && (
        <div class="table-scroller" tabindex={0} role="group" aria-label={label}>
          <table class="figures">
            <thead>
              <tr>
                {shown.map((column) => (
                  <th key={column.name} scope="col">
                    {column.label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {lines.map((line, place) => (
                <tr key={place}>
                  {shown.map((column) => (
                    <td key={column.name}>{line[column.name]}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {lines.length === 0 && !onOpen && <p class="quiet">None.</p>}
      {onOpen && (
        <p>
          <button
            type="button"
            class="button small"
            onClick={onOpen}
            aria-label={t`Edit: ${label}`}
          >
            {lines.length > 0 ? t`Edit` : t`Add`}
          </button>
        </p>
      )}
    </div>
  );
}

export function Lines({ name, editing }: { name: LinesName; editing: Editing }) {
  const { columns = [] } = SPECS[name];
  const lines = editing.typed(name) as Line[];
  const problem = editing.problemOf(name);
  const change = (place: number, column: string, text: string) =>
    editing.type(
      name,
      lines.map((line, index) => (index === place ? { ...line, [column]: text } : line)),
    );
  const remove = (place: number) =>
    editing.type(
      name,
      lines.filter((_, index) => index !== place),
    );
  return (
    <>
      {lines.map((line, place) => (
        <fieldset key={place} class="expense-line">
          <legend class="visually-hidden">{WORDS[name].one(place + 1)}</legend>
          {columns.map((column) => (
            <Cell
              key={column.name}
              column={column}
              value={line[column.name] ?? ""}
              currency={String(editing.typed("currency"))}
              onValue={(text: string) => change(place, column.name, text)}
            />
          ))}
          <button
            type="button"
            class="icon-button"
            aria-label={WORDS[name].takeOut(place + 1)}
            onClick={() => remove(place)}
          >
            <Icon name="close" />
          </button>
        </fieldset>
      ))}
      <Problem>{problem}</Problem>
      <p>
        <button
          type="button"
          class="button small"
          onClick={() => editing.type(name, [...lines, blank(name)])}
        >
          {WORDS[name].add}
        </button>
      </p>
    </>
  );
}

function Cell({
  column: { label, kind },
  value,
  currency,
  onValue,
}: {
  column: Column;
  value: string;
  currency: string;
  onValue: (text: string) => void;
}) {
  if (kind === "amount")
    return <AmountField label={label} value={value} currency={currency} onValue={onValue} />;
  if (kind === "category") {
    return <CategoryField label={label} value={value} onValue={onValue} />;
  }
  const attributes = kind === "number" ? { inputmode: "decimal" } : {};
  return <TextField label={label} value={value} onValue={onValue} attributes={attributes} />;
}
