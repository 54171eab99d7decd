/** Filters by one field of an expense: made from the code by `make docs`. */

import { t } from "../words.ts";

/** What the search finds by the whole value. */
export const FILTERS = ["client", "costCenter", "project"] as const;
export const FILTER_LABELS: Record<(typeof FILTERS)[number], string> = {
  client: t`Client`,
  costCenter: t`Cost centre`,
  project: t`Project`,
};
