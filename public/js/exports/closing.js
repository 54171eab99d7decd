// @ts-check
/** Closing days: what they still lack stands there before, each with the way to it. */

import { useState } from "preact/hooks";

import { ApiError, get, onceOnly, post } from "../api/client.js";
import { addressOf } from "../expenses/asked.js";
import { lackInWords } from "../expenses/lacking.js";
import { counted, daysInWords } from "../format.js";
import { notify } from "../notifications/notices.js";
import { Dialog } from "../parts/dialog.js";
import { Waiting } from "../parts/view.js";
import { loadClosed } from "../state/closed.js";
import { report } from "../state/report.js";
import { useRequest } from "../state/request.js";
import { may } from "../state/session.js";
import { today } from "../values/day.js";
import { monthsBack } from "../values/period.js";
import { PeriodFields, readPeriod, thisMonth } from "./period.js";
import { html, t } from "../words.js";

/** @import { ClosingGap, Month } from "../api/types.js" */
/** @import { Days } from "./period.js" */

/** @type {Partial<Record<ClosingGap["gap"], string>>} */
const ADDRESSES = { review: "/inbox/review", duplicates: "/duplicates" };

/** @param {{ onClose: () => void, onDone: () => void }} props */
export function Close({ onClose, onDone }) {
  const [period, setPeriod] = useState(() => ({ ...thisMonth(), month: monthsBack(today())[1] ?? "" }));
  const [problems, setProblems] = useState(/** @type {Record<string, string>} */ ({}));
  const [isBusy, setBusy] = useState(false);
  const { days, problems: unread } = readPeriod(period);
  async function close() {
    if (Object.keys(unread).length > 0) return setProblems(unread);
    const { from, to } = days;
    const missing = period.kind === "month" ? t`Choose the month.` : t`Give the day.`;
    if (!from || !to) return setProblems({ [from ? "to" : "from"]: missing });
    setBusy(true);
    try {
      await post("/api/closed-periods", { from, to }, { headers: onceOnly() });
      void loadClosed();
      notify(t`${daysInWords(from, to)} is closed.`, { kind: "success" });
      onDone();
    } catch (error) {
      if (error instanceof ApiError && error.fieldErrors.length > 0) {
        setProblems(Object.fromEntries(error.fieldErrors.map(({ field, message }) => [field, message])));
      } else report(error);
    } finally {
      setBusy(false);
    }
  }
  const onPeriod = (/** @type {typeof period} */ changed) => {
    setPeriod(changed);
    setProblems({});
  };
  return html`
    <${Dialog} title="Close a month" action="Close the month" isBusy=${isBusy} onClose=${onClose} onAction=${close}>
      <${PeriodFields} period=${period} onPeriod=${onPeriod} problems=${problems} label="Month" hasAll=${false} />
      <${Gaps} days=${days} month=${period.kind === "month" ? period.month : ""} />
      <p class="quiet">
        Exports of these days stay as they are now. What is changed afterwards is listed here, and the next export of only what is
        new has it as a correction.
      </p>
    <//>
  `;
}

/** @param {{ days: Days, month: string }} props `month`: YYYY-MM where it is a whole one */
function Gaps({ days: { from = "", to = "" }, month }) {
  const { answer, problem, isLoading, again } = useRequest(
    (signal) => (from && to && from <= to ? gapsOf(from, to, month, signal) : Promise.resolve(null)),
    [from, to, month],
  );
  if (!from || !to) return null;
  if (!answer) return html`<${Waiting} problem=${problem} isLoading=${isLoading} onAgain=${again} />`;
  if (answer.length === 0) return html`<p role="status">Nothing is missing.</p>`;
  return html`
    <div role="status">
      <p><strong>Still missing:</strong></p>
      <ul class="closing-gaps">
        ${answer.map(({ text, href }) => html`<li key=${text}><a href=${href}>${text}</a></li>`)}
      </ul>
    </div>
  `;
}

/**
 * @param {string} from
 * @param {string} to
 * @param {string} month
 * @param {AbortSignal} signal
 * @returns {Promise<{ text: string, href: string }[]>}
 */
async function gapsOf(from, to, month, signal) {
  const [{ items }, bank] = await Promise.all([
    get("/api/closed-periods/gaps", { query: { from, to }, signal }),
    month && may("ledger") ? get("/api/bank/months/{month}", { path: { month }, signal }) : null,
  ]);
  const gaps = items.map(({ gap, count, filter }) => ({
    text: lackInWords(gap, count),
    href: ADDRESSES[gap] ?? addressOf(/** @type {any} */ (filter ?? {})),
  }));
  if (bank && bank.open > 0) gaps.push({ text: counted(bank.open, "bank entry is not explained", "bank entries are not explained"), href: `/bank/months/${month}` });
  return gaps;
}
