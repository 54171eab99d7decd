/** A bank's CSV: its columns with what is in them, what each is, and what would be read. */

import { useState } from "preact/hooks";

import { date, money, UNKNOWN } from "../format.ts";
import { CurrencyField, SelectField } from "../parts/fields.tsx";
import { Icon } from "../parts/icon.tsx";
import { Problem } from "../parts/problem.tsx";
import { useAct } from "../parts/use-act.ts";
import { refusalOf } from "../state/refusal.ts";
import {
  DECIMALS,
  DOUBTS,
  ENCODINGS,
  meaningOf,
  MEANINGS,
  missingIn,
  ORDERS,
  readBy,
  totalsBy,
  withMeaning,
} from "./mapping.ts";
import { amount } from "./words.ts";
import { t } from "../words.ts";
import type { Mapping } from "./mapping.ts";

/** What the run proposes. */
export type Proposed = {
  says: string;
  columns: string[];
  rows: string[][];
  mapping: Mapping;
  preview: { line: number; problem?: string }[];
  totals?: { rows: number; moneyOut: number; moneyIn: number; currency: string } | null;
};

const OPTIONS = [
  { value: "", label: t`Not read` },
  ...MEANINGS.map(([value, label]) => ({ value, label })),
];
const SAMPLES = 3;

/** @param written what stands in the file, where it is not understood */
function known(shown: string, written: string) {
  return shown === UNKNOWN ? written : shown;
}

/**
 * @returns what goes out and comes in: by the API as it proposes, else by the rows that are shown;
 * null where marks say it
 */
function sumsOf(
  { columns, rows, totals }: Proposed,
  changed: Mapping | null,
): { out: string; in: string } | null {
  if (!changed)
    return totals
      ? {
          out: amount(totals.moneyOut, totals.currency),
          in: amount(totals.moneyIn, totals.currency),
        }
      : null;
  if (changed.mark) return null;
  const own = totalsBy(changed, columns, rows);
  const currency =
    rows.map((row) => readBy(changed, columns, row).currency).find(Boolean) ??
    totals?.currency ??
    "";
  return {
    out: money((-own.out || 0).toFixed(2), currency),
    in: money(own.in.toFixed(2), currency),
  };
}

export function MappingForm({
  proposed,
  onApprove,
  onEncoding,
}: {
  proposed: Proposed;
  onApprove: (mapping: Mapping) => Promise<void>;
  onEncoding: (encoding: string) => Promise<void>;
}) {
  const { columns, rows, preview } = proposed;
  const [mapping, change] = useState(proposed.mapping);
  const isChanged = mapping !== proposed.mapping;
  const missing = missingIn(mapping);
  const approving = useAct(
    () => onApprove({ ...mapping, isSure: true }),
    (error) => {
      const { problem, problems } = refusalOf(error, ["mapping"]);
      return problem ?? problems.mapping ?? "";
    },
  );
  const [encoding, setEncoding] = useState(mapping.encoding ?? "");
  const reading = useAct(() => onEncoding(encoding));
  const turn = (purchasesPositive: boolean) =>
    change({
      ...mapping,
      purchasesPositive,
      balanceIsOwed: mapping.balance
        ? mapping.balanceIsOwed !== (purchasesPositive !== mapping.purchasesPositive)
        : false,
    });
  const sums = sumsOf(proposed, isChanged ? mapping : null);
  const problems = isChanged
    ? []
    : preview.flatMap(({ line, problem }) => (problem ? [t`Line ${line}: ${problem}`] : []));
  const doubts = proposed.mapping.doubts ?? [];
  // What is asked is then how to read the columns, and not which they are.
  const isGuessed = doubts.length > 0 && !missingIn(proposed.mapping);
  const isWritingAsked = doubts.includes("order") || doubts.includes("decimal");
  const writing = (
    <div class="fields-row">
      <SelectField
        label="Days are written"
        options={ORDERS}
        value={mapping.order}
        onValue={(order: string) => change({ ...mapping, order })}
      />
      <SelectField
        label="Before the decimals stands"
        options={DECIMALS}
        value={mapping.decimal}
        onValue={(decimal: string) => change({ ...mapping, decimal })}
      />
      {!mapping.currency && (
        <CurrencyField
          label="Currency"
          value={mapping.currencyCode ?? ""}
          hint="Empty: the account's"
          onValue={(code: string) => change({ ...mapping, currencyCode: code || null })}
        />
      )}
    </div>
  );
  return (
    <form
      class="bank-mapping"
      novalidate
      onSubmit={(event: Event) => {
        event.preventDefault();
        if (!(missing || approving.isBusy)) void approving.act();
      }}
    >
      <details open={!isGuessed}>
        <summary>{isGuessed ? t`Columns: all that is needed was found` : t`Columns`}</summary>
        <div class="table-scroller" tabindex={0} role="group" aria-label="What each column is">
          <table class="figures bank-columns" aria-label="Columns of the file">
            <thead>
              <tr>
                <th scope="col">Column</th>
                <th scope="col">Contents</th>
                <th scope="col">It is</th>
              </tr>
            </thead>
            <tbody>
              {columns.map((column, at) => (
                <tr key={column}>
                  <th scope="row">{column}</th>
                  <td class="quiet">
                    {rows
                      .map((row) => row[at])
                      .filter(Boolean)
                      .slice(0, SAMPLES)
                      .join(" · ") || t`empty`}
                  </td>
                  <td>
                    <select
                      aria-label={t`What ${column} is`}
                      value={meaningOf(mapping, column)}
                      onChange={(event: Event) =>
                        change(
                          withMeaning(mapping, column, (event.target as HTMLSelectElement).value),
                        )
                      }
                    >
                      {OPTIONS.map(({ value, label }) => (
                        <option key={value} value={value}>
                          {label}
                        </option>
                      ))}
                    </select>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        {!isWritingAsked && writing}
      </details>
      {isWritingAsked && writing}
      {mapping.charges && (
        <label class="check">
          <input
            type="checkbox"
            checked={mapping.chargesApart}
            onChange={(event: Event) =>
              change({ ...mapping, chargesApart: (event.target as HTMLInputElement).checked })
            }
          />
          <span>The amount does not contain the charges.</span>
        </label>
      )}
      {mapping.amount && (
        <label class="check">
          <input
            type="checkbox"
            checked={mapping.purchasesPositive}
            onChange={(event: Event) => turn((event.target as HTMLInputElement).checked)}
          />
          <span>Purchases are positive, and payments negative, as on a credit card.</span>
        </label>
      )}
      {mapping.balance && mapping.purchasesPositive && (
        <label class="check">
          <input
            type="checkbox"
            checked={mapping.balanceIsOwed}
            onChange={(event: Event) =>
              change({ ...mapping, balanceIsOwed: (event.target as HTMLInputElement).checked })
            }
          />
          <span>The balance is what is owed.</span>
        </label>
      )}
      <details class="bank-encoding">
        <summary>Wrong letters?</summary>
        <SelectField
          label="Character set"
          options={ENCODINGS}
          value={encoding}
          onValue={setEncoding}
        />
        <button
          type="button"
          class="button"
          disabled={!encoding || encoding === mapping.encoding || reading.isBusy}
          onClick={reading.act}
        >
          Read it in this encoding
        </button>
      </details>
      {doubts.map((each) => (
        <p key={each} class="bank-note">
          <Icon name="alert" />
          {DOUBTS[each] ?? each}
        </p>
      ))}
      {sums && (
        <p class="bank-totals">{t`In these rows: ${sums.out} money out, ${sums.in} money in.`}</p>
      )}
      <div class="table-scroller" tabindex={0} role="group" aria-label="What would be read">
        <table class="figures bank-preview" aria-label="As it would be read">
          <thead>
            <tr>
              <th scope="col">Day</th>
              <th scope="col">Amount</th>
              <th scope="col">Payee or payer</th>
              <th scope="col">Text</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row, at) => {
              const { day, amount, currency, name, text } = readBy(mapping, columns, row);
              return (
                <tr key={at}>
                  <td>{known(date(day), day)}</td>
                  <td>{known(money(amount, currency), amount)}</td>
                  <td>{name}</td>
                  <td class="quiet">{text}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      {problems.map((each) => (
        <p key={each} class="form-problem">
          {each}
        </p>
      ))}
      <Problem>{approving.problem || missing}</Problem>
      <p class="form-buttons">
        <button
          type="submit"
          class="button primary"
          disabled={missing !== null || approving.isBusy}
        >
          Read the file this way
        </button>{" "}
        <span class="quiet">It is remembered for files with these columns.</span>
      </p>
    </form>
  );
}
