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
        Needs review <Count id="review-count" count={review} />
      </a>
      {((failed !== "" && failed !== "0") || open === "failed") && (
        <a href={lists.failed} id="tab-failed" aria-current={current("failed")}>
          Failed <Count id="failed-count" count={failed} isBad />
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

/** @param props.count nothing is shown where it is not known */
function Count({ id, count, isBad = false }: { id: string; count: string; isBad?: boolean }) {
  if (!count) return null;
  const look = ["count", isBad && "is-bad", count === "0" && "is-zero"].filter(Boolean).join(" ");
  return (
    <span class={look} id={id}>
      {count}
    </span>
  );
}
