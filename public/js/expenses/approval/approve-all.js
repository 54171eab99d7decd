// @ts-check
/** Above the queue: what it comes to, whose expenses are shown, and approving all of these. */

import { useState } from "preact/hooks";

import { post } from "../../api/client.js";
import { counted, money } from "../../format.js";
import { notify } from "../../notifications/notices.js";
import { Dialog } from "../../parts/dialog.js";
import { SelectField } from "../../parts/fields.js";
import { report } from "../../state/report.js";
import { sumOf } from "../../values/decimals.js";
import { html, t } from "../../words.js";

/** @import { ApprovalOutcome, Queued } from "../../api/types.js" */

/** How long a notice offers to take the approvals back. */
const UNDO_MS = 10_000;

/**
 * @param {object} props
 * @param {Queued[]} props.waiting of everybody
 * @param {Queued[]} props.left of the chosen person
 * @param {number} props.count how many wait, also those that are not shown yet
 * @param {string} props.person whose expenses are shown; empty for everybody's
 * @param {(person: string) => void} props.onPerson
 * @param {() => void} props.onAll
 */
export function QueueHead({ waiting, left, count, person, onPerson, onAll }) {
  const people = peopleOf(waiting);
  const everybody = { value: "", label: t`Everybody` };
  return html`
    <div class="approval-head">
      <p>
        <strong>${counted(count, "expense")}</strong>${" "}
        <span class="money">${sumsOf(left)}</span>
      </p>
      ${people.length > 1 && html`<${SelectField} label="Handed in by" value=${person} options=${[everybody, ...people]} onValue=${onPerson} />`}
      ${left.length > 1 && html`<button type="button" class="button" onClick=${onAll}>Approve all ${left.length} …</button>`}
    </div>
  `;
}

/** @param {Queued[]} waiting @returns {{ value: string, label: string }[]} with how many are each person's */
function peopleOf(waiting) {
  /** @type {Map<string, { name: string, count: number }>} */
  const people = new Map();
  for (const { expense } of waiting) {
    if (!expense.person) continue;
    const known = people.get(expense.person.id) ?? { name: expense.person.name ?? t`somebody who has left`, count: 0 };
    people.set(expense.person.id, { ...known, count: known.count + 1 });
  }
  return [...people].map(([value, { name, count }]) => ({ value, label: `${name} (${count})` }));
}

/** By currency. @param {Queued[]} queued */
function sumsOf(queued) {
  const currencies = [...new Set(queued.map(({ expense }) => expense.currency))].sort();
  return currencies
    .map((currency) => money(sumOf(queued.filter(({ expense }) => expense.currency === currency).map(({ expense }) => expense.total)), currency))
    .join(" + ");
}

/** What needs a look of its own: it may be a duplicate, or a policy warns. @param {Queued} queued */
const needsLook = ({ approval, twins }) => twins.length > 0 || approval.violations.length > 0;

/** @param {{ queued: Queued[], onClose: () => void, onDone: () => void }} props */
export function ApproveAll({ queued, onClose, onDone }) {
  const [isBusy, setBusy] = useState(false);
  const plain = queued.filter((each) => !needsLook(each));
  const others = queued.length - plain.length;
  async function approve() {
    setBusy(true);
    const ids = plain.map(({ expense }) => expense.id);
    const versions = plain.map(({ expense }) => expense.version);
    try {
      const { items } = await post("/api/expenses/approve", { ids, versions });
      tell(items, onDone);
    } catch (error) {
      report(error);
    }
    onDone();
  }
  return html`
    <${Dialog} title=${t`Approve all`} action=${t`Approve ${counted(plain.length, "expense")}`} isBusy=${isBusy} isReady=${plain.length > 0} onClose=${onClose} onAction=${approve}>
      <p><strong>${counted(plain.length, "expense")}</strong>, ${sumsOf(plain)}</p>
      ${others > 0 && html`<p class="quiet">${counted(others, "expense stays: it may be a duplicate, or a policy warns.", "expenses stay: they may be duplicates, or a policy warns.")}</p>`}
    <//>
  `;
}

/** @param {ApprovalOutcome[]} items @param {() => void} onUndone */
function tell(items, onUndone) {
  const done = items.filter(({ outcome }) => outcome === "done").map(({ id }) => id);
  const refused = items.find(({ outcome }) => outcome === "refused");
  const text = t`${counted(done.length, "expense")} approved.`;
  const onAction = () => void takeBack(done, onUndone);
  notify(refused ? `${text} ${t`${counted(items.length - done.length, "expense")} not approved: ${refused.reason ?? ""}`}` : text, {
    kind: refused ? "info" : "success",
    action: done.length > 0 ? { label: t`Undo`, onAction } : null,
    patience: UNDO_MS,
  });
}

/** @param {string[]} ids @param {() => void} onUndone */
async function takeBack(ids, onUndone) {
  try {
    await post("/api/approvals/take-back", { ids });
  } catch (error) {
    report(error);
  }
  onUndone();
}
