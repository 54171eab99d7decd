/**
 * The tax at each rate, as it was read. A review corrects the whole tax alone: rows that do not add
 * up to it are not kept.
 */

// It is there by then. By this line esbuild knows, and leaves what they share with it in one file.
import "../../../app.tsx";

import { money, rateInWords } from "../../../format.ts";
import { readAmount } from "../../../values/amount.ts";
import { isZero, leftOf } from "../../../values/decimals.ts";
import { t } from "../../../words.ts";
import type { Extraction } from "../../../api.ts";

/** Nothing where no rate was read. `tax` and `currency` are as they are typed. */
export function TaxRows({
  extraction,
  tax,
  currency,
}: {
  extraction: Extraction | null;
  tax: string;
  currency: string;
}) {
  const rows = extraction?.taxLines ?? [];
  if (rows.length === 0) return null;
  const whole = readAmount(tax, currency).value ?? "0";
  const parts = rows.map((row) => row.tax);
  const isWhole = isZero(leftOf(whole, parts));
  const shown = (amount: string | null) => (amount === null ? "–" : money(amount, currency));
  return (
    <section aria-label={t`Tax by rate`}>
      <table class="figures">
        <caption class="quiet">Tax by rate, as it was read</caption>
        <thead>
          <tr>
            <th scope="col">Tax rate</th>
            <th scope="col">Net</th>
            <th scope="col">Tax</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, place) => (
            <tr key={place}>
              <th scope="row">{row.rate === null ? "–" : rateInWords(row.rate)}</th>
              <td>{shown(row.net)}</td>
              <td>{shown(row.tax)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {!isWhole && (
        <p class="quiet" role="status">
          These rows do not add up to the tax above, so they are left out. Type them in on the page
          of the expense.
        </p>
      )}
    </section>
  );
}
