// @ts-check
/** Filters by one field of an expense: made from the code by `make docs`. */

import { t } from "../words.js";

/** What the search finds by the whole value. */
export const FILTERS = /** @type {const} */ (["client", "costCenter", "project"]);
/** @type {Record<typeof FILTERS[number], string>} */
export const FILTER_LABELS = {
  client: t`Client`,
  costCenter: t`Cost centre`,
  project: t`Project`,
};
