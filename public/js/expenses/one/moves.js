// @ts-check
/** Voiding an expense, restoring it, sending it back to review, having looked at it. */

import { useState } from "preact/hooks";

import { post } from "../../api/client.js";
import { TextField } from "../../parts/fields.js";
import { may } from "../../state/session.js";
import { Erasure } from "../../privacy/erasure.js";
import { useAsking } from "../sorting/asking.js";
import { html, t } from "../../words.js";

/** @import { ExpenseDetail } from "../../api/types.js" */

/** @typedef {"void" | "restore" | "send-back" | "confirm"} Move */
/** @typedef {{ move: Move, from: string[], label: string, send: string, done: string, wantsReason: boolean }} Offer */

/** @type {Offer[]} */
const OFFERS = [
  { move: "confirm", from: ["in_review"], label: t`Confirm`, send: t`Confirm`, done: t`Confirmed.`, wantsReason: false },
  {
    move: "send-back",
    from: ["ready", "approved"],
    label: t`Send back to review …`,
    send: t`Send it back`,
    done: t`It is back in review.`,
    wantsReason: true,
  },
  { move: "void", from: ["ready", "in_review"], label: t`Void …`, send: t`Void the expense`, done: t`Voided.`, wantsReason: true },
  { move: "restore", from: ["voided"], label: t`Restore`, send: t`Restore`, done: t`Restored.`, wantsReason: false },
];

/** What a status means for the person, where that is not plain. @type {Record<string, string>} */
const SAYS = {
  in_review: t`It was sent back. Answer what is asked, for instance in its note, then confirm it.`,
  voided: t`It counts nowhere, and is kept. Restore it to change it.`,
};

/**
 * @param {object} props
 * @param {ExpenseDetail} props.expense
 * @param {(fresh: ExpenseDetail, text: string) => void} props.onMoved
 */
export function Moves({ expense, onMoved }) {
  const { id, status, version } = expense;
  const [open, setOpen] = useState(/** @type {Offer | null} */ (null));
  const [reason, setReason] = useState("");
  const { isBusy, problem, fields, ask } = useAsking();
  /** @param {Offer} offer */
  const move = ({ move: name, done, wantsReason }) =>
    ask(async () => {
      const options = { path: { expense_id: id }, headers: { "If-Match": `"${version}"` } };
      const fresh = await post(`/api/expenses/{expense_id}/${name}`, wantsReason ? { reason } : {}, options);
      setOpen(null);
      setReason("");
      onMoved(fresh, done);
    });
  const onSubmit = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (open) void move(open);
  };
  const offers = OFFERS.filter(({ from }) => may("edit") && from.includes(status) && (status !== "approved" || may("approve")));
  return html`
    <section class="card" aria-labelledby="moves-title">
      <h2 id="moves-title">Status</h2>
      ${SAYS[status] && html`<p>${SAYS[status]}</p>`}
      ${problem && !fields.reason && html`<p class="form-problem" role="alert">${problem}</p>`}
      <p class="form-buttons">
        ${offers.map(
          (offer) => html`
            <button
              key=${offer.move}
              type="button"
              class=${offer.move === "confirm" ? "button primary" : "button"}
              disabled=${isBusy}
              aria-expanded=${offer.wantsReason ? String(open?.move === offer.move) : null}
              onClick=${() => (offer.wantsReason ? setOpen(open?.move === offer.move ? null : offer) : move(offer))}
            >
              ${offer.label}
            </button>
          `,
        )}
      </p>
      ${open &&
      offers.includes(open) &&
      html`
        <form class="one-field" novalidate onSubmit=${onSubmit}>
          <${TextField} label="Why" value=${reason} onValue=${setReason} problem=${fields.reason} maxLength=${500} />
          <button type="submit" class="button danger" disabled=${isBusy}>${open.send}</button>
        </form>
      `}
      ${status === "voided" &&
      may("edit") &&
      html`
        <${Erasure} what="receipt" target=${expense.receiptId} named="this receipt">
          <p>Its document, what was read of it, this expense and its history go.</p>
          <p>Many countries ask businesses to keep receipts for six to ten years.</p>
        <//>
      `}
    </section>
  `;
}
