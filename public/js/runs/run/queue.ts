/**
 * Moving from one run to the next, back to where it belongs, and on to the next review once one is
 * decided.
 */

import { announce, notify } from "../../notifications/notices.ts";
import { go } from "../../shell/address.ts";
import { isOffered, ROUTES } from "../../shell/routes.ts";
import { pageOfReceipt } from "../../receipts/address.ts";
import { lists } from "../../receipts/inbox/addresses.ts";
import { lastList, LIST_TITLES } from "../../state/lists.ts";
import { store } from "../../state/runs.ts";
import { may } from "../../state/session.ts";
import { t } from "../../words.ts";
import type { RunSummary } from "../../api.ts";
import type { Neighbours } from "../../parts/page-bar.tsx";
import type { Crumb } from "../../state/trail.ts";

/** The view above runs of a kind; of any other, it is that of all runs. */
const HOMES: Record<string, string> = {
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

/** How long a notice offers to take the decision back. */
const UNDO_MS = 10_000;

/** The order in which they are worked off; kept while they leave the list one by one. */
let order: string[] = [];

/**
 * @param id the run that is open
 * @returns the position is said of reviews only
 */
export function neighboursOf(id: string): Neighbours {
  store.version.value; // drawn again with the list
  const isReview = store.get(id)?.status === "needs_review" || lastList.value === "review";
  const fresh = store.list(isReview ? "review" : lastList.value).map((run) => run.id);
  if (fresh.includes(id) || !order.includes(id)) order = fresh;
  const index = order.indexOf(id);
  return {
    previous: order[index - 1] ?? null,
    next: index === -1 ? null : (order[index + 1] ?? null),
    position:
      isReview && index !== -1 ? t`Number ${index + 1} of ${order.length} that need review` : "",
  };
}

/** Load the next picture, which is shown at once then. */
export function prepareNext(id: string) {
  const receipt = store.get(neighboursOf(id).next ?? "")?.receipt;
  if (receipt?.mediaType.startsWith("image/")) new Image().src = receipt.imageUrl;
}

/** @param id of a run */
export function open(id: string | null) {
  if (!id) return;
  const run = store.get(id);
  go(run?.receipt ? pageOfReceipt(id, run.expense?.id) : `/runs/${encodeURIComponent(id)}`);
}

/**
 * The view above a run: of a receipt, and of what is not known yet, the list that was open last.
 */
export function homeOf(run: RunSummary | undefined): Crumb {
  const paths = run && !run.receipt ? [HOMES[run.kind], "/runs"] : [];
  const homes = paths.flatMap((path) =>
    ROUTES.filter((route) => route.path === path && isOffered(route)),
  );
  return homes[0] ?? { path: lists[lastList.value], title: LIST_TITLES[lastList.value] };
}

/**
 * Back to that view.
 *
 * @param id the run's
 */
export function leave(id: string) {
  go(homeOf(store.get(id)).path);
}

/**
 * @param approved what is said of it where it was not rejected
 * @param learnt what it teaches, a sentence
 * @param onUndo takes an approval back; without it nothing is offered
 */
export function afterDecision(
  id: string,
  decision: "approve" | "reject",
  {
    approved,
    learnt = "",
    onUndo = null,
  }: { approved: string; learnt?: string; onUndo?: (() => void) | null },
) {
  const waiting = store.list("review").map((run) => run.id);
  const following = waiting.slice(waiting.indexOf(id) + 1);
  const next = [...following, ...waiting].find((other) => other !== id);
  store.markDecided(id);
  const done = decision === "approve" ? approved : t`Rejected.`;
  const left = waiting.filter((other) => other !== id).length;
  const rest = next ? t`${done} ${left} left to review.` : t`${done} Nothing else needs review.`;
  const text = [rest, learnt].filter(Boolean).join(" ");
  // After the last one the page would lead nowhere.
  const isLast = !next && decision === "approve" && may("approve");
  const toApprove = { label: t`To approve`, onAction: () => go("/approvals") };
  const undo = onUndo && decision === "approve" && { label: t`Undo`, onAction: onUndo };
  notify(text, {
    kind: "success",
    action: undo || (isLast ? toApprove : null),
    ...(undo && { patience: UNDO_MS }),
  });
  announce(text);
  open(next ?? null);
}
