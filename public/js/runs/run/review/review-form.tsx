/** What is unsure, put before a person: the reasons, the values to correct, and the decision. */

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

import { ApiError, decideReview, readAgain } from "../../../api.ts";
import { doubtedFields, FIELD_LABELS, FIELDS, OPTIONAL_FIELDS } from "../../../labels.ts";
import { go } from "../../../shell/address.ts";
import { IS_APPLE } from "../../../shortcuts.ts";
import { categories, loadCategories } from "../../../expenses/categories.ts";
import { nameMeant } from "../../../values/name-meant.ts";
import { learnt } from "../../../expenses/proposed.tsx";
import { Dialog } from "../../../parts/dialog.tsx";
import { lazy } from "../../../parts/lazy.ts";
import { draftOf, dropDraft, keepDraft } from "../../../state/drafts.ts";
import { may } from "../../../state/session.ts";
import { pageOfReceipt } from "../../../receipts/address.ts";
import { DuplicateOf } from "../../../receipts/document/duplicate.tsx";
import { ReceiptPayer } from "../../../receipts/receipt-payer.tsx";
import { KnownAs } from "../../../receipts/values/known-merchant.tsx";
import { Reasons, RejectPanel, rejection } from "./parts.tsx";
import { useUnseen } from "./seen.ts";
import { useValueForm, ValueFields } from "./value-form.tsx";
import { t } from "../../../words.ts";
import { Problem } from "../../../parts/problem.tsx";
import type { FieldName, Review, Run } from "../../../api.ts";
import type { Attention } from "../../../parts/attention.ts";

// Few receipts print several rates: who reviews one waits a moment for its rows.
const TaxRows = lazy(() => import("./tax-rows.tsx").then((module) => module.TaxRows));

/** What keys and the text beside do with the review that is open */
export interface Deciding {
  /** what it asks at the moment: to reject, while it asks why, and to approve otherwise */
  decide: () => void;
  askToReject: () => void;
  focus: (field?: FieldName) => void;
}

export interface ReviewProps {
  run: Run;
  review: Review;
  /** told which field is looked at */
  attention: Attention;
  takesFocus: boolean;
  deciding: { current: Deciding | null };
  /** it is recorded, what it teaches, and whether it made a category */
  onDecided: (decision: "approve" | "reject", learnt?: string, isCategoryNew?: boolean) => void;
  /** for another reason than the values */
  onRefused: (problem: unknown) => void;
}

// It asks before it shows anything, so it may come with a part that is loaded later anyway.
const JoinHint = lazy(() =>
  import("../../../shell/views/settings.ts").then((module) => module.joinHint.default),
);

// With the parts of the page that are loaded later anyway: a file of their own would make more
// files of what is shared.
const DIALOGS = {
  split: lazy(() =>
    import("../../../shell/views/settings.ts").then((module) => module.splitDialog.default),
  ),
  pages: lazy(() =>
    import("../../../shell/views/settings.ts").then((module) => module.splitPagesDialog.default),
  ),
  join: lazy(() =>
    import("../../../shell/views/settings.ts").then((module) => module.joinDialog.default),
  ),
};

const BAD_VALUES = t`Not confirmed yet: correct the marked values.`;

export function ReviewForm({
  run,
  review,
  attention,
  takesFocus,
  deciding,
  onDecided,
  onRefused,
}: ReviewProps) {
  const { extraction, id, receipt } = run;
  const [remaking, setRemaking] = useState<keyof typeof DIALOGS | null>(null);
  const RemakingDialog = remaking && DIALOGS[remaking];
  const [doubted] = useState(() => doubtsOf(run, review));
  const place = `review:${id}`;
  const [draft] = useState(() => draftOf(place));
  const [comment, setComment] = useState(draft?.comment ?? "");
  const form = useValueForm(extraction, {
    doubted,
    draft: draft?.values,
    onTyped: (values) => keepDraft(place, { values, comment }),
  });
  const element = useRef<HTMLElement | null>(null);
  const unseen = useUnseen(element, doubted, form.isDocumentOpen);
  const [summary, setSummary] = useState("");
  const [isRejecting, setRejecting] = useState(comment !== "");
  const [isSending, setSending] = useState(false);
  // What is to be confirmed once somebody said that its category is to be added.
  const [asking, setAsking] = useState<Partial<Record<FieldName, string>> | null>(null);

  function approve() {
    const [hidden] = unseen();
    if (hidden) {
      setSummary(t`Look at “${FIELD_LABELS[hidden]}” first: it is in doubt. Then confirm.`);
      form.focus(hidden);
      return;
    }
    const { changes, errors } = form.read();
    const meant = nameMeant(changes.category ?? "", categories.value);
    if (meant.several.length > 0)
      errors.push({ field: "category", message: t`Several categories begin so. Write one out.` });
    if (errors.length > 0) return showErrors(errors);
    if (changes.category) changes.category = meant.name;
    if (meant.isNew && categories.value.length > 0) setAsking(changes);
    else decide({ decision: "approve", values: changes });
  }

  function addCategory(values: Partial<Record<FieldName, string>>) {
    setAsking(null);
    return decide({ decision: "approve", values }, true);
  }

  function decide(body: Parameters<typeof decideReview>[1], isCategoryNew = false) {
    return send(async () => {
      await decideReview(id, body);
      dropDraft(place);
      if (body.decision === "reject") return onDecided(body.decision);
      const category = body.values?.category ?? form.texts.category.trim();
      const taught = learnt(form.texts.merchant.trim(), category);
      onDecided(body.decision, taught, isCategoryNew);
    });
  }

  const again = () => send(async () => go(pageOfReceipt((await readAgain(id)).runId)));

  /** @param act what is done at most once at a time */
  async function send(act: () => Promise<void>) {
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

  function explain(error: unknown) {
    if (error instanceof ApiError && error.code === "invalid-values") showErrors(error.fieldErrors);
    else if (error instanceof ApiError && error.code === "not-possible") {
      setSummary(error.message);
      onRefused(null); // somebody was first: what they decided is to be seen
    } else onRefused(error);
  }

  function showErrors(errors: { field: string; message: string }[]) {
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
  // The focus comes with the form: in a moment without it, a key would do what it does to the page
  // behind.
  useLayoutEffect(() => {
    if (takesFocus) form.focus();
    return () => {
      deciding.current = null;
    };
  }, []);
  const onSubmit = (event: Event) => {
    event.preventDefault();
    deciding.current?.decide();
  };
  const keep = () => {
    setRejecting(false);
    form.focus();
  };
  const onComment = (text: string) => {
    setComment(text);
    keepDraft(place, { values: form.texts, comment: text });
  };
  const reject = { comment, onComment, onReject: () => decide(rejection(comment)), onKeep: keep };
  return (
    <section class="card review" aria-labelledby="review-title" ref={element} inert={isSending}>
      <h2 id="review-title">Check this receipt</h2>
      <Reasons review={review} />
      {receipt?.mediaType.startsWith("image/") && may("submit") && <JoinHint receipt={receipt} />}
      {review.duplicateOf && <DuplicateOf run={run} other={review.duplicateOf} />}
      <KnownAs extraction={extraction} />
      <form
        class="review-form"
        novalidate
        autocomplete="off"
        aria-describedby="review-reasons"
        onSubmit={onSubmit}
      >
        <ValueFields form={form} attention={attention} />
        <TaxRows extraction={extraction} tax={form.texts.tax} currency={form.currency} />
        {receipt && may("edit") && <ReceiptPayer receipt={receipt} />}
        <Problem>{summary}</Problem>
        {isRejecting ? (
          <RejectPanel label="Reject the receipt" {...reject} />
        ) : (
          <div class="review-actions">
            <button type="submit" class="button primary">
              Confirm
              <span class="keys" aria-hidden="true">
                <kbd>{IS_APPLE ? "⌘" : t`Ctrl`}</kbd>
                <kbd>↵</kbd>
              </span>
            </button>
            <button type="button" class="button" onClick={() => setRejecting(true)}>
              Reject…
            </button>
            {mayBeReadAgain(review) && (
              <button type="button" class="button" onClick={again}>
                Read it again
              </button>
            )}
            {hasPages(run, review) && may("submit") && (
              <button type="button" class="button" onClick={() => setRemaking("pages")}>
                Split…
              </button>
            )}
            {receipt?.mediaType.startsWith("image/") && may("submit") && (
              <>
                <button type="button" class="button" onClick={() => setRemaking("split")}>
                  Split…
                </button>
                <button type="button" class="button" onClick={() => setRemaking("join")}>
                  Join…
                </button>
              </>
            )}
          </div>
        )}
      </form>
      {asking && (
        <Dialog
          title={t`Add the category “${asking.category}”?`}
          action={t`Add it and confirm`}
          onClose={() => setAsking(null)}
          onAction={() => void addCategory(asking)}
        >
          <p>No category is called so yet.</p>
        </Dialog>
      )}
      {RemakingDialog && receipt && (
        <RemakingDialog run={run} receipt={receipt} onClose={() => setRemaking(null)} />
      )}
    </section>
  );
}

/** @returns what the reasons are about, and what was not found */
function doubtsOf({ extraction }: Run, { reasons }: Review): Set<FieldName> {
  const missing = FIELDS.filter(
    (name) => !OPTIONAL_FIELDS.includes(name) && !extraction?.[name]?.value,
  );
  return new Set([...missing, ...doubtedFields(reasons)]);
}

/** @returns whether its document is a PDF of several pages */
function hasPages({ receipt, transcript }: Run, { reasons }: Review): boolean {
  if (receipt?.mediaType !== "application/pdf") return false;
  return (
    reasons.includes("too_many_pages") ||
    Boolean(transcript?.lines.some((line) => line.includes("\f")))
  );
}

/** @returns whether another reading may help */
function mayBeReadAgain({ reasons }: Review): boolean {
  return (
    reasons.includes("ai_budget") ||
    reasons.includes("transcript_cut") ||
    reasons.includes("unreadable")
  );
}
