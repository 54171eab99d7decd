/**
 * What every review has, whatever is reviewed: why it is asked, what was proposed, and the panel
 * in which it is rejected.
 */

import { moment } from "../../../format.ts";
import { Icon } from "../../../parts/icon.tsx";
import { useOpened } from "../../../parts/opened.ts";
import { t } from "../../../words.ts";
import type { Review } from "../../../api.ts";

/** What is to be done, one sentence each. */
export function Reasons({ review: { sentences, escalated, deadline } }: { review: Review }) {
  const overdue = escalated
    ? [t`This is overdue: it was to be decided by ${moment(deadline)}.`]
    : [];
  return (
    <ul class="reasons" id="review-reasons">
      {[...overdue, ...sentences].map((text) => (
        <li key={text}>
          <Icon name="alert" />
          {text}
        </li>
      ))}
    </ul>
  );
}

/** What the run proposes, by its names. */
export function Proposed({ review: { proposed } }: { review: Review }) {
  if (proposed === null || typeof proposed !== "object") return null;
  return (
    <dl class="facts">
      {Object.entries(proposed).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{typeof value === "string" ? value : JSON.stringify(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Stands in for a review's buttons while it asks why it is rejected. */
export function RejectPanel({
  label,
  comment,
  onComment,
  onReject,
  onKeep,
}: {
  /** of the button that rejects */
  label: string;
  comment: string;
  onComment: (comment: string) => void;
  onReject: () => void;
  onKeep: () => void;
}) {
  const panel = useOpened<HTMLDivElement>();
  const onInput = (event: Event) => onComment((event.target as HTMLTextAreaElement).value);
  return (
    <div class="reject-panel" ref={panel}>
      <label for="review-comment">
        Why is it rejected? <span class="quiet">(optional)</span>
      </label>
      <textarea id="review-comment" rows={2} maxlength={500} value={comment} onInput={onInput} />
      <div class="review-actions">
        <button type="button" class="button danger" onClick={onReject}>
          {label}
        </button>
        <button type="button" class="button" onClick={onKeep}>
          Keep it
        </button>
      </div>
    </div>
  );
}

export function rejection(comment: string): { decision: "reject"; comment?: string } {
  const text = comment.trim();
  return { decision: "reject", ...(text ? { comment: text } : {}) };
}
