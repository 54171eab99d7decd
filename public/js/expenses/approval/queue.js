// @ts-check
/** To approve: what waits for whoever is signed in, one at a time, with its document and who approved it before; worked off by keys. */

import { useEffect, useRef, useState } from "preact/hooks";

import { get } from "../../api/client.js";
import { date, money } from "../../format.js";
import { announce } from "../../notifications/notices.js";
import { TextField } from "../../parts/fields.js";
import { lazy } from "../../parts/lazy.js";
import { Day, Money } from "../../parts/values.js";
import { Empty, View, Waiting } from "../../parts/view.js";
import { capsOf, declareKeys } from "../../shortcuts.js";
import { useRequest } from "../../state/request.js";
import { may } from "../../state/session.js";
import { html, t } from "../../words.js";
import { ChainSteps } from "./chain-steps.js";
import Coding from "./coding.js";
import { decide, isDecided } from "./decisions.js";
import { Document } from "./document.js";
import { QueueHead } from "./queue-head.js";
import { refreshToApprove, setToApprove } from "./to-approve.js";

/** @import { Queued } from "../../api/types.js" */

// With a part of the page that is loaded later anyway.
const ApproveAll = lazy(() => import("../../shell/views/others.js").then((module) => module.approveAll.default));

const useKeys = declareKeys(t`To approve`, {
  approve: ["a", t`Approve, and open the next one`],
  approveNext: ["Mod+Enter", t`Approve, or send back, and open the next one`],
  sendBack: ["r", t`Send back with a reason`],
  next: ["j", t`Next`],
  previous: ["k", t`Previous`],
  category: ["c", t`Set the category`],
  client: ["l", t`Set the client`],
});

export default function Queue() {
  const { answer, problem, isLoading, again } = useRequest(
    (signal) => get("/api/approvals/queue", { query: { limit: 100 }, signal }),
    [],
  );
  const [, setTurn] = useState(0);
  const [openId, setOpen] = useState(/** @type {string | null} */ (null));
  const [reason, setReason] = useState(/** @type {string | null} */ (null));
  const [person, setPerson] = useState("");
  const [asked, ask] = useState(/** @type {"all" | "category" | "client" | null} */ (null));
  useEffect(() => {
    if (answer) setToApprove(answer.count);
  }, [answer]);
  const waiting = (answer?.items ?? []).filter((queued) => !isDecided(queued));
  const theirs = waiting.filter(({ expense }) => expense.person?.id === person);
  // Once all of one person's are decided, everybody's are shown again.
  const isNarrowed = theirs.length > 0;
  const left = isNarrowed ? theirs : waiting;
  // More may wait than are shown; those of one person are counted here.
  const count = isNarrowed ? left.length : (answer?.count ?? 0) - (answer?.items.length ?? 0) + left.length;
  const index = Math.max(
    0,
    left.findIndex(({ expense }) => expense.id === openId),
  );
  const open = left[index];
  const redraw = () => setTurn((turn) => turn + 1);

  /** @param {number} by */
  const move = (by) => {
    const next = left[index + by];
    if (!next) return;
    setReason(null);
    setOpen(next.expense.id);
    announce(t`${next.expense.merchant}, ${index + by + 1} of ${count}`);
  };
  /** @param {"approve" | "reject"} decision */
  const decideOpen = (decision) => {
    if (!open || (decision === "reject" && !reason?.trim())) return;
    const decidedOne = open;
    const onChange = () => {
      redraw();
      if (!isDecided(decidedOne)) setOpen(decidedOne.expense.id);
      void refreshToApprove();
    };
    void decide(open, decision, reason?.trim() ?? "", onChange, again);
    setReason(null);
    setOpen((left[index + 1] ?? left[index - 1])?.expense.id ?? null);
    redraw();
  };
  useKeys({
    approve: () => decideOpen("approve"),
    approveNext: () => decideOpen(reason === null ? "approve" : "reject"),
    sendBack: () => open && setReason(""),
    next: () => move(1),
    previous: () => move(-1),
    category: () => open && ask("category"),
    client: () => open && ask("client"),
  });
  const onCoded = () => {
    ask(null);
    again();
    void refreshToApprove();
  };
  const actions = html`<a class="button" href="/approvals/waiting">Open approvals by approver</a>`;
  return html`
    <${View} title=${t`To approve`} actions=${actions}>
      <${Waiting} problem=${problem} isLoading=${isLoading && !answer} onAgain=${again} />
      ${answer && !open &&
      html`<${Empty} title=${t`Nothing waits for your approval`}><p>What others hand in for you to approve is shown here.</p><//>`}
      ${open &&
      html`
        <${QueueHead} ...${{ waiting, left, count, person: isNarrowed ? person : "", onPerson: setPerson, onAll: () => ask("all") }} />
        <div class="approval">
          <ol class="approval-list" aria-label=${t`Waiting for you`}>
            ${left.map((each) => html`<${Line} key=${each.expense.id} queued=${each} isOpen=${each === open} onOpen=${() => setOpen(each.expense.id)} />`)}
          </ol>
          <${Document} key=${open.expense.id} queued=${open} />
          <${Facts}
            key=${`facts ${open.expense.id}`}
            queued=${open}
            position=${t`${index + 1} of ${count}`}
            reason=${reason}
            onReason=${setReason}
            onDecide=${decideOpen}
            onCode=${ask}
          />
        </div>
        ${asked === "all" && html`<${ApproveAll} queued=${left} onClose=${() => ask(null)} onDone=${onCoded} />`}
        ${(asked === "category" || asked === "client") && html`<${Coding} expense=${open.expense} field=${asked} onClose=${() => ask(null)} onDone=${onCoded} />`}
        ${!answer?.isWhole && html`<p class="quiet">More wait than are shown here. They follow when these are decided.</p>`}
      `}
    <//>
  `;
}

/** @param {{ queued: Queued, isOpen: boolean, onOpen: () => void }} props */
function Line({ queued: { expense, twins }, isOpen, onOpen }) {
  const row = useRef(/** @type {HTMLButtonElement | null} */ (null));
  useEffect(() => {
    if (isOpen) row.current?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [isOpen]);
  return html`
    <li>
      <button ref=${row} type="button" class="approval-line" aria-current=${isOpen ? "true" : null} onClick=${onOpen}>
        <span class="approval-merchant">${expense.merchant}</span>
        <span class="approval-amount"><${Money} amount=${expense.total} currency=${expense.currency} /></span>
        <span class="quiet">${[expense.person?.name, expense.client].filter(Boolean).join(" · ")}</span>
        <span class="quiet approval-amount"><${Day} day=${expense.date} /></span>
        <span class="approval-category"><${CategoryOf} expense=${expense} /></span>
        ${twins.length > 0 && html`<span class="is-missing">May be a duplicate</span>`}
      </button>
    </li>
  `;
}

/** @param {{ twin: Queued["twins"][number] }} props */
function MayBeTwin({ twin: { merchant, date: day, total, currency } }) {
  return html`
    <p class="approval-twin">
      ${t`May be the same purchase as ${merchant}, ${date(day)}, ${money(total, currency)}.`}${" "}
      <a href="/duplicates">Compare</a>
    </p>
  `;
}

/** What is missing is said. @param {{ expense: Queued["expense"] }} props */
function CategoryOf({ expense: { category, parts, proposedCategory } }) {
  if (parts.length > 0) return t`Split over ${parts.length} categories`;
  if (category) return category;
  const proposed = proposedCategory?.category;
  return html`<span class="is-missing">${proposed ? t`No category; proposed: ${proposed}` : t`No category`}</span>`;
}

/**
 * @param {{ queued: Queued, position: string, reason: string | null, onReason: (reason: string | null) => void,
 *   onDecide: (decision: "approve" | "reject") => void, onCode: (field: "category" | "client") => void }} props `reason` is null while it is not sent back
 */
function Facts({ queued: { expense, approval, twins }, position, reason, onReason, onDecide, onCode }) {
  const field = useRef(/** @type {HTMLDivElement | null} */ (null));
  const isAsking = reason !== null;
  useEffect(() => {
    if (isAsking) field.current?.querySelector("input")?.focus();
  }, [isAsking]);
  const { base } = expense;
  const details = [
    [t`Handed in by`, expense.person?.name],
    [t`Project`, expense.project],
    [t`Paid by`, expense.paidBy === "employee" ? t`An employee: to be paid back` : t`The company`],
    [t`Number`, expense.receiptNumber],
    [t`Note`, expense.note],
  ].filter(([, value]) => value);
  return html`
    <section class="card approval-facts" aria-label=${t`The expense`}>
      <p class="quiet">${position}</p>
      <h2><a href=${`/expenses/${expense.id}`}>${expense.merchant}</a></h2>
      <p class="approval-total"><${Money} amount=${expense.total} currency=${expense.currency} /></p>
      ${base && base.currency !== expense.currency && html`<p class="quiet"><${Money} amount=${base.total} currency=${base.currency} /></p>`}
      <dl class="approval-details">
        <div><dt>Date</dt><dd><${Day} day=${expense.date} /></dd></div>
        <div>
          <dt>Category</dt>
          <dd>
            ${may("edit") && expense.parts.length === 0
              ? html`<button type="button" class="link-button" title=${t`Set the category`} onClick=${() => onCode("category")}><${CategoryOf} expense=${expense} /> <kbd>${capsOf("c")}</kbd></button>`
              : html`<${CategoryOf} expense=${expense} />`}
          </dd>
        </div>
        <div>
          <dt>Client</dt>
          <dd>
            ${may("edit")
              ? html`<button type="button" class="link-button" title=${t`Set the client`} onClick=${() => onCode("client")}>${expense.client ?? t`No client`} <kbd>${capsOf("l")}</kbd></button>`
              : (expense.client ?? t`No client`)}
          </dd>
        </div>
        ${details.map(([name, value]) => html`<div key=${name}><dt>${name}</dt><dd>${value}</dd></div>`)}
      </dl>
      ${approval.violations.length > 0 && html`<ul class="approval-warnings">${approval.violations.map((each) => html`<li key=${each.policy}>${each.reason}</li>`)}</ul>`}
      ${twins.map((twin) => html`<${MayBeTwin} key=${twin.expenseId} twin=${twin} />`)}
      <${ChainSteps} chain=${approval.chain} />
      ${isAsking
        ? html`
            <form
              novalidate
              onSubmit=${(/** @type {Event} */ event) => {
                event.preventDefault();
                onDecide("reject");
              }}
            >
              <div ref=${field}><${TextField} label=${t`Why do you send it back?`} value=${reason} onValue=${onReason} maxLength=${500} /></div>
              <p class="form-buttons">
                <button type="submit" class="button danger" disabled=${!reason.trim()}>Send back</button>
                <button type="button" class="button" onClick=${() => onReason(null)}>Cancel</button>
              </p>
            </form>
          `
        : html`
            <p class="form-buttons">
              <button type="button" class="button primary" onClick=${() => onDecide("approve")}>Approve <kbd>${capsOf("a")}</kbd></button>
              <button type="button" class="button" onClick=${() => onReason("")}>Send back … <kbd>${capsOf("r")}</kbd></button>
            </p>
          `}
    </section>
  `;
}
