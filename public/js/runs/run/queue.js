// @ts-check
/** Moving from one run to the next, back to where it belongs, and on to the next review once one is decided. */

import { announce, notify } from "../../notifications/notices.js";
import { go } from "../../shell/address.js";
import { isOffered, ROUTES } from "../../shell/routes.js";
import { lists } from "../../receipts/inbox/addresses.js";
import { lastList, LIST_TITLES } from "../../state/lists.js";
import { store } from "../../state/runs.js";
import { may } from "../../state/session.js";
import { t } from "../../words.js";

/** @import { RunSummary } from "../../api.js" */
/** @import { Crumb } from "../../state/trail.js" */

/** The view above runs of a kind; of any other, it is that of all runs. @type {Record<string, string>} */
const HOMES = {
  claim: "/claims",
  export: "/exports",
  payout: "/payouts",
  "payout-batch": "/payouts",
  statement: "/bank/statements",
  sync: "/books",
  "data-export": "/settings/privacy",
  erasure: "/settings/privacy",
  onboarding: "/settings/people",
};

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
    position: isReview && index !== -1 ? t`Number ${index + 1} of ${order.length} that need review` : "",
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

/**
 * The view above a run: of a receipt, and of what is not known yet, the list that was open last.
 *
 * @param {RunSummary | undefined} run
 * @returns {Crumb}
 */
export function homeOf(run) {
  const paths = run && !run.receipt ? [HOMES[run.kind], "/runs"] : [];
  const homes = paths.flatMap((path) => ROUTES.filter((route) => route.path === path && isOffered(route)));
  return homes[0] ?? { path: lists[lastList.value], title: LIST_TITLES[lastList.value] };
}

/** Back to that view. @param {string} id the run's */
export function leave(id) {
  go(homeOf(store.get(id)).path);
}

/**
 * @param {string} id
 * @param {"approve" | "reject"} decision
 * @param {string} [learnt] what it teaches, a sentence
 */
export function afterDecision(id, decision, learnt = "") {
  const waiting = store.list("review").map((run) => run.id);
  const following = waiting.slice(waiting.indexOf(id) + 1);
  const next = [...following, ...waiting].find((other) => other !== id);
  store.markDecided(id);
  const done = decision === "reject" ? t`Rejected.` : may("approve") ? t`Approved.` : t`Checked.`;
  const left = waiting.filter((other) => other !== id).length;
  const rest = next ? t`${done} ${left} left to review.` : t`${done} Nothing else needs review.`;
  const text = [rest, learnt].filter(Boolean).join(" ");
  notify(text, { kind: "success" });
  announce(text);
  open(next ?? null);
}
