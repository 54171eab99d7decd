/** How many expenses wait to be approved, for those who approve. */

import { signal } from "@preact/signals";

import { get } from "../../api/client.ts";
import { fill } from "../../state/gaps.ts";
import { report } from "../../state/report.ts";
import { may } from "../../state/session.ts";
import { countOnTheirWay } from "./decisions.ts";
import { locale } from "../../words.ts";

const waiting = signal(0);
const isRead = signal(false);

/** Whether it is known, or none of the reader's. */
export const isQueueRead = () => isRead.value || !may("approve");

/** What the menu shows; empty for none. */
export const toApprove = () => (waiting.value > 0 ? waiting.value.toLocaleString(locale) : "");

/** What the queue itself says. */
export function setToApprove(count: number) {
  waiting.value = count - countOnTheirWay();
  isRead.value = true;
}

async function ask() {
  setToApprove((await get("/api/approvals/queue", { query: { limit: 0 } })).count);
}

/** Ask again, after something was decided. */
export async function refreshToApprove() {
  if (!may("approve")) return;
  await fill(waiting, ask, report);
}
