/** What expenses add to the page's frame: categories to choose from, and what waits for approval. */

import { refreshToApprove } from "./approval/to-approve.ts";
import { CategoryOptions } from "./category-options.tsx";
import type { Feature } from "../shell/feature.ts";

// Views of several parts share these. Here they cost no view a request more.
import "../accounts/ask-currency.tsx";
import "../values/account-number.ts";
import "../values/name-meant.ts";
import "./chips.tsx";
import "./declared.ts";
import "./reports/rows.ts";
import "./sorting/acts.tsx";
import "../values/payers.ts";

export const EXPENSES: Feature = {
  Anywhere: CategoryOptions,
  // What was decided on the page before may count here.
  onView: () => void refreshToApprove(),
};
