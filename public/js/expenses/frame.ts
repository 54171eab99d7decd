/** What expenses add to the page's frame: categories to choose from, and what waits for approval. */

import { refreshToApprove } from "./approval/to-approve.ts";
import { CategoryOptions } from "./category-options.tsx";
import type { Feature } from "../shell/feature.ts";

// Views of several parts share it: with the frame it is no file of its own.
import "./reports/rows.ts";

export const EXPENSES: Feature = {
  Anywhere: CategoryOptions,
  // What was decided on the page before may count here.
  onView: () => void refreshToApprove(),
};
