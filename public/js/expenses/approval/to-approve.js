// @ts-check
/** How many expenses wait to be approved, for those who approve. */

import { signal } from "@preact/signals";

import { get } from "../../api/client.js";
import { report } from "../../state/report.js";
import { may } from "../../state/session.js";
import { countOnTheirWay } from "./decisions.js";
import { locale } from "../../words.js";

const waiting = signal(0);

/** What the menu shows; empty for none. */
export const toApprove = () => (waiting.value > 0 ? waiting.value.toLocaleString(locale) : "");

/** What the queue itself says. @param {number} count */
export function setToApprove(count) {
  waiting.value = count - countOnTheirWay();
}

/** Ask again, after something was decided. */
export async function refreshToApprove() {
  if (!may("approve")) return;
  try {
    setToApprove((await get("/api/approvals/queue", { query: { limit: 0 } })).count);
  } catch (error) {
    report(error);
  }
}
