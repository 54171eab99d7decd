// @ts-check
/** A claim: what is in it, what happened to it, and what can be done with it. */

import { useEffect, useState } from "preact/hooks";

import { get } from "../api/client.js";
import { PaidBy } from "../bank/paid-by.js";
import { InTheBooks } from "../books/where.js";
import { counted, money } from "../format.js";
import { Day, Moment, Money } from "../parts/values.js";
import { View, Waiting } from "../parts/view.js";
import { useRequest } from "../state/request.js";
import { may } from "../state/session.js";
import { CreditDialog, PaymentDialog, ReasonDialog } from "./dialogs.js";
import { ClaimLinkDialog } from "./link-dialog.js";
import { EVENTS, MAILS, STATES } from "./states.js";
import { html, t } from "../words.js";

/** @import { ClaimDetail } from "../api/types.js" */
/** @import { ViewProps } from "../shell/routes.js" */

const LOOK_AGAIN_MS = 1500;
const FILES = {
  statement: { label: t`Statement with pictures (PDF)`, ending: "pdf" },
  invoice: { label: t`E-invoice (UBL)`, ending: "xml" },
  credit_note: { label: t`Credit note`, ending: "xml" },
};
const OPEN = new Set(["issued", "part_paid", "overdue", "disputed"]);

/** @param {ViewProps} props */
export default function Claim({ params }) {
  const path = { claim_id: params.id ?? "" };
  const { answer, problem, isLoading, again, set } = useRequest((signal) => get("/api/claims/{claim_id}", { path, signal }), [params.id]);
  const isMade = answer?.state === "draft" && answer.runState !== "nothing";
  useEffect(() => {
    if (!isMade || isLoading) return undefined;
    const timer = setTimeout(again, LOOK_AGAIN_MS);
    return () => clearTimeout(timer);
  }, [isMade, isLoading]);
  return html`
    <${View} title=${answer?.number ? t`Claim ${answer.number}` : t`Claim`}>
      <${Waiting} problem=${problem} isLoading=${isLoading && !answer} onAgain=${again} />
      ${answer && html`<${Shown} claim=${answer} onChange=${set} />`}
    <//>
  `;
}

/** @param {{ claim: ClaimDetail, onChange: (claim: ClaimDetail) => void }} props */
function Shown({ claim, onChange }) {
  const [asked, ask] = useState(/** @type {"payment" | "credit" | "withdraw" | "write-off" | "dispute" | "resolve" | "link" | null} */ (null));
  const [bounced, bounce] = useState(/** @type {number | null} */ (null));
  const { currency, state } = claim;
  const isOpen = OPEN.has(state);
  const onClose = () => (ask(null), bounce(null));
  const takenBack = new Set(claim.events.filter(({ kind }) => kind === "reversed").map(({ reverses }) => reverses));
  const onDone = (/** @type {ClaimDetail} */ changed) => (onChange(changed), onClose());
  const common = { claim, onClose, onDone };
  const button = (/** @type {NonNullable<typeof asked>} */ what, /** @type {string} */ label) =>
    html`<button type="button" class="button" onClick=${() => ask(what)}>${label} …</button>`;
  return html`
    <section class="card" aria-labelledby="stands">
      <h2 id="stands">${claim.payerName}: ${STATES[state]}</h2>
      <p>
        <${Money} amount=${claim.total} currency=${currency} /> for ${counted(claim.expenses, "expense")}, of which${" "}
        <strong><${Money} amount=${claim.open} currency=${currency} /></strong> are open.
        ${claim.dueOn && html` Due on <${Day} day=${claim.dueOn} />.`}
      </p>
      ${may("book") &&
      claim.number &&
      html`<p class="form-buttons">
        ${button("payment", t`Record a payment`)} ${state !== "withdrawn" && button("credit", t`Credit note`)}
        ${isOpen && state !== "disputed" && button("dispute", t`Mark as disputed`)} ${state === "disputed" && button("resolve", t`Resolve the dispute`)}
        ${isOpen && button("write-off", t`Write off the rest`)} ${isOpen && button("withdraw", t`Withdraw`)} ${button("link", t`Link for the payer`)}
      </p>`}
      <p class="quiet">
        ${claim.files.map(
          ({ name, number, url }) =>
            html`<a key=${url} href=${url} download=${`claim-${number}.${FILES[name].ending}`}>${FILES[name].label}${name === "credit_note" ? ` ${number} (UBL)` : ""}</a> ·${" "}`,
        )}
        <a href=${`/api/claims/${claim.id}/statement.csv`} download=${`claim-${claim.number ?? claim.id}.csv`}>As a table (CSV)</a> ·${" "}
        <a href=${`/runs/${claim.id}`}>History</a>
      </p>
    </section>
    ${claim.number && html`<${InTheBooks} id=${claim.id} version=${claim.state} />`}
    <section aria-labelledby="in-it">
      <h2 id="in-it">Contents</h2>
      <ul class="lines">
        ${claim.items.map(
          (item) => html`
            <li key=${item.expenseId} class="line">
              <a href=${`/expenses/${item.expenseId}`}>
                <span class="line-title">${item.merchant ?? t`Erased`}</span>
                <span class="line-note">${notes(item)}</span>
                <span class="line-amount"><${Money} amount=${item.amount} currency=${currency} /></span>
                ${item.date && html`<span class="line-day"><${Day} day=${item.date} /></span>`}
              </a>
            </li>
          `,
        )}
      </ul>
    </section>
    <${PaidBy} id=${claim.id} />
    ${claim.mails.length > 0 &&
    html`<section aria-labelledby="mails">
      <h2 id="mails">Mails to ${claim.payerMail}</h2>
      <ul class="lines">
        ${claim.mails.map(
          ({ purpose, became, runId, sentAt }) => html`
            <li key=${purpose} class="line">
              <a href=${runId ? `/runs/${runId}` : `/runs/${claim.id}`}>
                <span class="line-title">${MAILS.purpose[purpose]}</span>
                <span class="line-note">${MAILS.became[became]}</span>
                ${sentAt && html`<span class="line-day"><${Moment} at=${sentAt} /></span>`}
              </a>
            </li>
          `,
        )}
      </ul>
    </section>`}
    <section aria-labelledby="happened">
      <h2 id="happened">What happened</h2>
      <ol class="lines">
        ${claim.events.map(
          (event, place) => html`
            <li key=${place} class="line">
              <div class="line-text">
                <span class="line-title">${EVENTS[event.kind] ?? event.kind}${event.number ? ` ${event.number}` : ""}</span>
                <span class="line-note">${said(event)}</span>
                <span class="line-amount">${event.amount && html`<${Money} amount=${event.amount} currency=${event.currency} />`}</span>
                <span class="line-day"><${Moment} at=${event.at} /></span>
                ${may("book") &&
                event.kind === "payment" &&
                !takenBack.has(event.version) &&
                html`<button type="button" class="button" onClick=${() => bounce(event.version)}>Take it back …</button>`}
              </div>
            </li>
          `,
        )}
      </ol>
    </section>
    ${asked === "payment" && html`<${PaymentDialog} ...${common} />`} ${asked === "credit" && html`<${CreditDialog} ...${common} />`}
    ${asked === "link" && html`<${ClaimLinkDialog} claim=${claim} onClose=${onClose} />`}
    ${asked && asked !== "payment" && asked !== "credit" && asked !== "link" && html`<${ReasonDialog} ...${common} what=${asked} />`}
    ${bounced !== null && html`<${ReasonDialog} ...${common} what="reversal" version=${bounced} />`}
  `;
}

/** @param {ClaimDetail["items"][number]} item */
function notes({ category, isReleased, hasChanged }) {
  return [category, isReleased && t`taken out: it can be claimed again`, hasChanged && t`changed since it was claimed`].filter(Boolean).join(" · ");
}

/** @param {ClaimDetail["events"][number]} event */
function said({ said: words, applied, amount, currency, kind }) {
  const part = Number(applied) === 0 ? t`Nothing of it was open` : t`${money(applied, currency)} of it was open`;
  const beyond = kind === "payment" && applied !== amount && t`${part}, the rest is owed back to the payer`;
  return [words, beyond].filter(Boolean).join(" · ");
}
