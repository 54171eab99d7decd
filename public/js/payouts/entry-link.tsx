/** An entry of the company's account that may have paid an expense: on which day, and to whom. */

import { date } from "../format.ts";
import { t } from "../words.ts";
import type { AgreeingEntry } from "../api/types.d.ts";

export function EntryLink({ entry }: { entry: AgreeingEntry | null }) {
  if (!entry) return null;
  const { id, day, name } = entry;
  return <a href={`/bank/entries/${id}`}>{name ? t`${date(day)}, ${name}` : date(day)}</a>;
}
