// @ts-check
/** What is unsure, put before a person: the reasons, the values to correct, and the decision. */

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

import { ApiError, decideReview, readAgain } from "../../../api.js";
import { doubtedFields, FIELD_LABELS, FIELDS, OPTIONAL_FIELDS } from "../../../labels.js";
import { go } from "../../../shell/address.js";
import { IS_APPLE } from "../../../shortcuts.js";
import { loadCategories } from "../../../expenses/categories.js";
import { learnt } from "../../../expenses/proposed.js";
import { lazy } from "../../../parts/lazy.js";
import { draftOf, dropDraft, keepDraft } from "../../../state/drafts.js";
import { may } from "../../../state/session.js";
import { DuplicateOf } from "../../../receipts/document/duplicate.js";
import { ReceiptPayer } from "../../../receipts/receipt-payer.js";
import { KnownAs } from "../../../receipts/values/known-merchant.js";
import { Reasons, RejectPanel, rejection } from "./parts.js";
import { useUnseen } from "./seen.js";
import { useValueForm, ValueFields } from "./value-form.js";
import { html, t } from "../../../words.js";

/** @import { FieldName, Review, Run } from "../../../api.js" */
/** @import { Attention } from "../../../parts/attention.js" */

/**
 * @typedef {object} Deciding what keys and the text beside do with the review that is open
 * @property {() => void} decide what it asks at the moment: to reject, while it asks why, and to approve otherwise
 * @property {() => void} askToReject
 * @property {(field?: FieldName) => void} focus
 */

/**
 * @typedef {object} ReviewProps
 * @property {Run} run
 * @property {Review} review
 * @property {Attention} attention told which field is looked at
 * @property {boolean} takesFocus
 * @property {{ current: Deciding | null }} deciding
 * @property {(decision: "approve" | "reject", learnt?: string) => void} onDecided it is recorded, and what it teaches
 * @property {(problem: unknown) => void} onRefused for another reason than the values
 */

// It asks before it shows anything, so it may come with a part that is loaded later anyway.
const JoinHint = lazy(() => import("../../../shell/views/bank.js").then((module) => module.joinHint.default));

// With the parts of the page that are loaded later anyway: a file of their own would make more files of what is shared.
const DIALOGS = {
  split: lazy(() => import("../../../shell/views/others.js").then((module) => module.splitDialog.default)),
  pages: lazy(() => import("../../../shell/views/others.js").then((module) => module.splitPagesDialog.default)),
  join: lazy(() => import("../../../shell/views/bank.js").then((module) => module.joinDialog.default)),
};

const BAD_VALUES = t`Not approved yet: correct the marked values.`;

/** @param {ReviewProps} props */
export function ReviewForm({ run, review, attention, takesFocus, deciding, onDecided, onRefused }) {
  const { extraction, id, receipt } = run;
  const [remaking, setRemaking] = useState(/** @type {keyof typeof DIALOGS | null} */ (null));
  const [doubted] = useState(() => doubtsOf(run, review));
  const place = `review:${id}`;
  const [draft] = useState(() => draftOf(place));
  const [comment, setComment] = useState(draft?.comment ?? "");
  const form = useValueForm(extraction, {
    doubted,
    draft: draft?.values,
    onTyped: (values) => keepDraft(place, { values, comment }),
  });
  const element = useRef(/** @type {HTMLElement | null} */ (null));
  const unseen = useUnseen(element, doubted, form.isDocumentOpen);
  const [summary, setSummary] = useState("");
  const [isRejecting, setRejecting] = useState(comment !== "");
  const [isSending, setSending] = useState(false);

  function approve() {
    const [hidden] = unseen();
    if (hidden) {
      setSummary(t`Look at “${FIELD_LABELS[hidden]}” first: it is in doubt. Then approve.`);
      form.focus(hidden);
      return;
    }
    const { changes, errors } = form.read();
    if (errors.length > 0) showErrors(errors);
    else decide({ decision: "approve", values: changes });
  }

  /** @param {Parameters<typeof decideReview>[1]} body */
  function decide(body) {
    return send(async () => {
      await decideReview(id, body);
      dropDraft(place);
      const { merchant, category } = form.texts;
      onDecided(body.decision, body.decision === "approve" ? learnt(merchant.trim(), category.trim()) : "");
    });
  }

  const again = () => send(async () => go(`/runs/${(await readAgain(id)).runId}`));

  /** @param {() => Promise<void>} act what is done at most once at a time */
  async function send(act) {
    if (isSending) return;
    setSending(true);
    setSummary("");
    form.show([]);
    try {
      await act();
    } catch (error) {
      explain(error);
    } finally {
      setSending(false);
    }
  }

  /** @param {unknown} error */
  function explain(error) {
    if (error instanceof ApiError && error.code === "invalid-values") showErrors(error.fieldErrors);
    else if (error instanceof ApiError && error.code === "not-possible") {
      setSummary(error.message);
      onRefused(null); // somebody was first: what they decided is to be seen
    } else onRefused(error);
  }

  /** @param {{ field: string, message: string }[]} errors */
  function showErrors(errors) {
    const { first, elsewhere } = form.show(errors);
    setSummary([BAD_VALUES, ...elsewhere].join(" "));
    if (first) form.focus(first);
  }

  deciding.current = {
    decide: () => (isRejecting ? decide(rejection(comment)) : approve()),
    askToReject: () => setRejecting(true),
    focus: form.focus,
  };
  useEffect(() => void loadCategories(), []);
  // The focus comes with the form: in a moment without it, a key would do what it does to the page behind.
  useLayoutEffect(() => {
    if (takesFocus) form.focus();
    return () => {
      deciding.current = null;
    };
  }, []);
  const onSubmit = (/** @type {Event} */ event) => {
    event.preventDefault();
    deciding.current?.decide();
  };
  const keep = () => {
    setRejecting(false);
    form.focus();
  };
  const onComment = (/** @type {string} */ text) => {
    setComment(text);
    keepDraft(place, { values: form.texts, comment: text });
  };
  const reject = { comment, onComment, onReject: () => decide(rejection(comment)), onKeep: keep };
  return html`
    <section class="card review" aria-labelledby="review-title" ref=${element} inert=${isSending}>
      <h2 id="review-title">Check this receipt</h2>
      <${Reasons} review=${review} />
      ${receipt?.mediaType.startsWith("image/") && may("submit") && html`<${JoinHint} receipt=${receipt} />`}
      ${review.duplicateOf && html`<${DuplicateOf} run=${run} other=${review.duplicateOf} />`}
      <${KnownAs} extraction=${extraction} />
      <form class="review-form" novalidate autocomplete="off" aria-describedby="review-reasons" onSubmit=${onSubmit}>
        <${ValueFields} form=${form} attention=${attention} />
        ${receipt && may("edit") && html`<${ReceiptPayer} receipt=${receipt} />`}
        ${summary && html`<p class="form-problem" role="alert">${summary}</p>`}
        ${isRejecting
          ? html`<${RejectPanel} label="Reject the receipt" ...${reject} />`
          : html`
              <div class="review-actions">
                <button type="submit" class="button primary">
                  Approve
                  <span class="keys" aria-hidden="true"><kbd>${IS_APPLE ? "⌘" : t`Ctrl`}</kbd><kbd>↵</kbd></span>
                </button>
                <button type="button" class="button" onClick=${() => setRejecting(true)}>Reject…</button>
                ${mayBeReadAgain(review) &&
                html`<button type="button" class="button" onClick=${again}>Read it again</button>`}
                ${hasPages(run, review) &&
                may("submit") &&
                html`<button type="button" class="button" onClick=${() => setRemaking("pages")}>Split…</button>`}
                ${receipt?.mediaType.startsWith("image/") &&
                may("submit") &&
                html`
                  <button type="button" class="button" onClick=${() => setRemaking("split")}>Split…</button>
                  <button type="button" class="button" onClick=${() => setRemaking("join")}>Join…</button>
                `}
              </div>
            `}
      </form>
      ${remaking && receipt && html`<${DIALOGS[remaking]} ...${{ run, receipt }} onClose=${() => setRemaking(null)} />`}
    </section>
  `;
}

/**
 * @param {Run} run
 * @param {Review} review
 * @returns {Set<FieldName>} what the reasons are about, and what was not found
 */
function doubtsOf({ extraction }, { reasons }) {
  const missing = FIELDS.filter((name) => !OPTIONAL_FIELDS.includes(name) && !extraction?.[name]?.value);
  return new Set([...missing, ...doubtedFields(reasons)]);
}

/** @param {Run} run @param {Review} review @returns {boolean} whether its document is a PDF of several pages */
function hasPages({ receipt, transcript }, { reasons }) {
  if (receipt?.mediaType !== "application/pdf") return false;
  return reasons.includes("too_many_pages") || Boolean(transcript?.lines.some((line) => line.includes("\f")));
}

/** @param {Review} review @returns {boolean} whether another reading may help */
function mayBeReadAgain({ reasons }) {
  return reasons.includes("ai_budget") || reasons.includes("transcript_cut");
}
