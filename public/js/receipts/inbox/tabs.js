// @ts-check
/** The lists of the inbox, with how many there are in each. */

import { lists } from "./addresses.js";
import { sentBack } from "../../home/waiting.js";
import { store } from "../../state/runs.js";
import { html } from "../../words.js";

/** @import { ListName } from "../../state/run-store.js" */

/** @param {{ open: ListName }} props */
export function Tabs({ open }) {
  const [review, failed] = [store.count("review"), store.count("failed")];
  const current = (/** @type {ListName} */ name) => (name === open ? "page" : null);
  return html`
    <nav class="tabs" aria-label="Which receipts">
      <a href=${lists.all} id="tab-all" aria-current=${current("all")}>
        <span>All <span class="only-wide">receipts</span></span>
      </a>
      <a href=${lists.review} id="tab-review" aria-current=${current("review")}>
        Needs review <span class=${`count${zero(review)}`} id="review-count">${review}</span>
      </a>
      ${(failed !== "0" || open === "failed") &&
      html`
        <a href=${lists.failed} id="tab-failed" aria-current=${current("failed")}>
          Failed <span class=${`count is-bad${zero(failed)}`} id="failed-count">${failed}</span>
        </a>
      `}
      ${sentBack() > 0 &&
      html`
        <a href="/expenses?status=in_review">Sent back <span class="count">${sentBack()}</span></a>
      `}
    </nav>
  `;
}

/** @param {string} count */
function zero(count) {
  return count === "0" ? " is-zero" : "";
}
