/** Before an expense is approved: another one may be the same purchase, and where that is settled. */

import { date, money } from "../../format.ts";
import { t } from "../../words.ts";
import type { Twin } from "../../api/types.d.ts";

export function TwinLine({
  id,
  twin: { merchant, date: day, total, currency, toldApartBy },
}: {
  /** of the expense that is to be approved */
  id: string;
  twin: Pick<Twin, "merchant" | "date" | "total" | "currency" | "toldApartBy">;
}) {
  return (
    <p class="approval-twin">
      {t`May be the same purchase as ${merchant}, ${date(day)}, ${money(total, currency)}.`}{" "}
      {toldApartBy && t`${toldApartBy} says it is another purchase.`}{" "}
      <a href={`/duplicates?expense=${id}`}>Compare</a>
    </p>
  );
}
