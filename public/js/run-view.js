// @ts-check
/** One receipt: its picture, its values or its review, the recognised text, its steps, and what can be done with it. */

import { ApiError } from "./api.js";
import { Attention } from "./attention.js";
import { documentFactsOf } from "./document-facts.js";
import { byId, el, icon, setText, spinner } from "./dom.js";
import { Drawing } from "./drawing.js";
import { ExplanationPanel } from "./explanation-panel.js";
import { isTroubled } from "./explanation.js";
import { fieldsOf } from "./fields.js";
import { fileSize } from "./format.js";
import { KindReview, nameOfRun } from "./kinds.js";
import { NEXT_SAFE_ACTIONS, STATUS_LABELS } from "./labels.js";
import { pictureOf } from "./picture.js";
import { ReviewForm } from "./review-form.js";
import { followRun } from "./run-loader.js";
import { stepsOf } from "./steps.js";
import { TimelinePanel } from "./timeline-panel.js";
import { TranscriptPanel } from "./transcript.js";

/** @import { FieldName, Review, Run, RunSummary } from "./api.js" */

/**
 * @typedef {object} RunViewListeners
 * @property {(run: Run) => void} onRun a version of the run was loaded
 * @property {(id: string, decision: "approve" | "reject") => void} onDecided
 * @property {(error: Error) => void} onRefused a decision was not taken; the run is loaded again
 * @property {(text: string) => void} onOperated an operation was done
 * @property {(error: unknown) => void} onError the run could not be loaded, or the session has ended
 */

const canHover = matchMedia("(hover: hover)");

export class RunView {
  #listeners;
  #element = byId("run-view", HTMLElement);
  #title = byId("run-title", HTMLElement);
  #pill = byId("run-status", HTMLElement);
  #drawing = new Drawing();
  #id = "";
  #following = new AbortController();
  /** @type {ReviewForm | KindReview | null} */
  #form = null;
  /** @type {TranscriptPanel | null} */
  #transcript = null;
  #timeline = new TimelinePanel();
  #explanation;

  /** @param {RunViewListeners} listeners */
  constructor(listeners) {
    this.#listeners = listeners;
    this.#explanation = new ExplanationPanel({
      onOperated: (text) => {
        listeners.onOperated(text);
        this.refresh();
      },
      onRefused: (error) => {
        if (error instanceof ApiError && error.status === 401) listeners.onError(error);
        else this.refresh();
      },
    });
  }

  /** @returns {ReviewForm | KindReview | null} the one that is open */
  get form() {
    return this.#form;
  }

  /**
   * @param {string} id
   * @param {RunSummary | undefined} summary what is known of it already
   */
  show(id, summary) {
    this.#element.hidden = false;
    if (id !== this.#id) this.#clear();
    this.#id = id;
    if (summary) this.#renderHead(summary, summary.expense?.merchant);
    this.#follow();
    scrollTo({ top: 0, behavior: "instant" });
    this.#title.focus({ preventScroll: true });
  }

  hide() {
    this.#following.abort();
    this.#element.hidden = true;
    this.#clear();
    this.#id = "";
  }

  /** Load it again. */
  refresh() {
    if (this.#id) this.#follow();
  }

  #follow() {
    this.#following.abort();
    this.#following = new AbortController();
    const onRun = (/** @type {Run} */ run) => {
      this.#render(run);
      this.#listeners.onRun(run);
      // It tells nothing that is not elsewhere: without it the page goes on.
      this.#timeline.load(run.id).catch(() => {});
    };
    followRun(this.#id, this.#following.signal, onRun).catch(this.#listeners.onError);
  }

  #clear() {
    this.#drawing.clear();
    this.#explanation.clear();
    this.#timeline.clear();
    this.#form = null;
    this.#transcript = null;
    setText(this.#title, "");
    setText(this.#pill, "");
  }

  /** @param {Run} run */
  #render(run) {
    this.#renderHead(run, run.expense?.merchant ?? run.extraction?.merchant?.value);
    this.#drawing.draw(
      "run-message",
      [run.status, run.message, run.nextSafeAction, isTroubled(run), run.review?.decision],
      () => messageOf(run),
    );
    this.#drawing.draw("run-text", [run.transcript, run.extraction, run.status], () => this.#textOf(run));
    this.#drawing.draw("run-values", [run.review, run.expense, run.extraction, run.status], () => this.#valuesOf(run));
    const told = [run.steps, run.nextRetryAt, run.review, run.receipt, run.previousRunId];
    this.#drawing.draw("run-steps", told, () => [stepsOf(run), detailsOf(run)]);
    this.#explanation.render(run);
  }

  /**
   * @param {RunSummary} run
   * @param {string | null | undefined} merchant
   */
  #renderHead(run, merchant) {
    const title = merchant ?? nameOfRun(run);
    setText(this.#title, title);
    document.title = `${title} · Tillroll`;
    setText(this.#pill, STATUS_LABELS[run.status]);
    this.#pill.dataset.status = run.status;
    this.#drawing.draw("run-picture", [run.receipt?.id], () => (run.receipt ? pictureOf(run.receipt) : null));
  }

  /** @param {Run} run */
  #valuesOf(run) {
    this.#form = null;
    const { review } = run;
    const attention = new Attention((field) => this.#transcript?.highlight(field));
    if (run.status !== "needs_review" || !review || review.decision) {
      return run.expense || run.extraction ? [fieldsOf(run, attention), documentFactsOf(run, attention)] : null;
    }
    if (!run.receipt) return this.#decisionOn(run, review);
    const form = new ReviewForm(run, review, {
      attention,
      onDecided: (decision) => this.#listeners.onDecided(run.id, decision),
      onRefused: this.#listeners.onRefused,
    });
    this.#form = form;
    // On a touch screen the focus would bring up the keyboard over the picture; of one in trouble, the explanation
    // above is to be read first.
    if (canHover.matches && !isTroubled(run)) queueMicrotask(() => form.focus());
    return [form.element, documentFactsOf(run, attention, true)];
  }

  /**
   * @param {Run} run one of another kind than a receipt's
   * @param {Review} review
   */
  #decisionOn(run, review) {
    this.#form = new KindReview(run, review, {
      onDecided: (decision) => this.#listeners.onDecided(run.id, decision),
      onRefused: this.#listeners.onRefused,
    });
    return this.#form.element;
  }

  /** @param {Run} run */
  #textOf(run) {
    this.#transcript = null;
    if (!run.receipt) return null;
    const title = el("h2", { id: "text-title" }, "Recognised text");
    const section = el("section", { class: "card transcript", "aria-labelledby": "text-title" }, title);
    if (run.transcript?.lines.length) {
      this.#transcript = new TranscriptPanel(run.transcript.lines, run.extraction, {
        onPoint: (field) => this.#pointAtField(field),
        onPick: (field) => this.#form?.focus(field),
      });
      section.append(this.#transcript.element);
    } else {
      const text =
        run.status === "processing" ? "The text appears here once it has been read." : "No text was recognised.";
      section.append(el("p", { class: "quiet" }, text));
    }
    return section;
  }

  /** @param {FieldName | null} field */
  #pointAtField(field) {
    this.#form?.highlight(field);
    for (const item of this.#element.querySelectorAll(".field-item")) {
      item.classList.toggle("is-active", item instanceof HTMLElement && item.dataset.field === field);
    }
  }
}

/** @param {Run} run */
function messageOf(run) {
  if (run.status === "needs_review" && run.review?.decision) {
    const text = `Your decision is recorded. This ${run.kind} goes on in a moment.`;
    return el("div", { class: "message", "data-status": "processing" }, spinner(), el("p", {}, text));
  }
  if (run.status === "needs_review") return null; // the review says it, with all its reasons
  const symbols = { complete: "check", rejected: "close", failed: "alert", cancelled: "close" };
  // Of one in trouble, the explanation below says it.
  const next = run.nextSafeAction !== "none" && !isTroubled(run) && NEXT_SAFE_ACTIONS[run.nextSafeAction];
  const texts = el("div", {}, el("p", { class: "message-text" }, run.message), next && el("p", {}, next));
  const symbol = run.status === "processing" ? spinner() : icon(symbols[run.status]);
  return el("div", { class: "message", "data-status": run.status }, symbol, texts);
}

/** @param {Run} run */
function detailsOf(run) {
  const { receipt, previousRunId } = run;
  const size = receipt?.size === undefined ? null : fileSize(receipt.size);
  const facts = [receipt?.fileName, receipt?.mediaType, size].filter(Boolean).join(" · ");
  return el(
    "p",
    { class: "run-details quiet" },
    el("span", {}, facts),
    receipt && el("a", { href: receipt.imageUrl, target: "_blank", rel: "noopener" }, "Open the original"),
    previousRunId && el("a", { href: `/runs/${previousRunId}` }, "Earlier attempt"),
  );
}
