/** The lists of the inbox, with how many there are in each. */

import { lists } from "./addresses.ts";
import { sentBack } from "../../home/waiting.ts";
import { store } from "../../state/runs.ts";
import type { ListName } from "../../state/run-store.ts";

export function Tabs({ open }: { open: ListName }) {
  const [review, failed] = [store.count("review"), store.count("failed")];
  const current = (name: ListName) => (name === open ? "page" : undefined);
  return (
    <nav class="tabs" aria-label="Which receipts">
      <a href={lists.open} id="tab-open" aria-current={current("open")}>
        Open
      </a>
      <a href={lists.review} id="tab-review" aria-current={current("review")}>
        Needs review{" "}
        <span class={`count${zero(review)}`} id="review-count">
          {review}
        </span>
      </a>
      {(failed !== "0" || open === "failed") && (
        <a href={lists.failed} id="tab-failed" aria-current={current("failed")}>
          Failed{" "}
          <span class={`count is-bad${zero(failed)}`} id="failed-count">
            {failed}
          </span>
        </a>
      )}
      {sentBack() > 0 && (
        <a href="/expenses?status=in_review">
          Sent back <span class="count">{sentBack()}</span>
        </a>
      )}
      <a href={lists.all} id="tab-all" aria-current={current("all")}>
        <span>
          All <span class="only-wide">receipts</span>
        </span>
      </a>
    </nav>
  );
}

function zero(count: string) {
  return count === "0" ? " is-zero" : "";
}
