// @ts-check
/** Moving from one receipt to the next, and on to the next review once one is decided. */

import { counted } from "../../format.js";
import { announce, notify } from "../../notifications/notices.js";
import { go } from "../../shell/address.js";
import { lists } from "../../receipts/inbox/addresses.js";
import { lastList } from "../../state/lists.js";
import { store } from "../../state/runs.js";

/** The order in which they are worked off; kept while they leave the list one by one. @type {string[]} */
let order = [];

/**
 * @param {string} id the run that is open
 * @returns {{ previous: string | null, next: string | null, position: string }} the position is said of reviews only
 */
export function neighboursOf(id) {
  store.version.value; // drawn again with the list
  const isReview = store.get(id)?.status === "needs_review" || lastList.value === "review";
  const fresh = store.list(isReview ? "review" : lastList.value).map((run) => run.id);
  if (fresh.includes(id) || !order.includes(id)) order = fresh;
  const index = order.indexOf(id);
  return {
    previous: order[index - 1] ?? null,
    next: index === -1 ? null : (order[index + 1] ?? null),
    position: isReview && index !== -1 ? `Number ${index + 1} of ${order.length} that need review` : "",
  };
}

/** Load the next picture, which is shown at once then. @param {string} id */
export function prepareNext(id) {
  const receipt = store.get(neighboursOf(id).next ?? "")?.receipt;
  if (receipt?.mediaType.startsWith("image/")) new Image().src = receipt.imageUrl;
}

/** @param {string | null} id */
export function open(id) {
  if (id) go(`/runs/${encodeURIComponent(id)}`);
}

/** Back to the list. */
export function leave() {
  go(lists[lastList.value]);
}

/**
 * @param {string} id
 * @param {"approve" | "reject"} decision
 */
export function afterDecision(id, decision) {
  const waiting = store.list("review").map((run) => run.id);
  const following = waiting.slice(waiting.indexOf(id) + 1);
  const next = [...following, ...waiting].find((other) => other !== id);
  store.markDecided(id);
  const done = decision === "approve" ? "Approved." : "Rejected.";
  const left = waiting.filter((other) => other !== id).length;
  const text = next ? `${done} ${counted(left, "receipt")} left to review.` : `${done} Nothing else needs review.`;
  notify(text, { kind: "success" });
  announce(text);
  open(next ?? null);
}
