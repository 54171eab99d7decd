// @ts-check
/** Months that are closed: what was in them stays as it was; an owner closes and opens them. */

import { html } from "htm/preact";
import { useState } from "preact/hooks";

import { ApiError, get, post } from "../../api/client.js";
import { daysOf } from "../../exports.js";
import { counted } from "../../format.js";
import { Dialog } from "../../parts/dialog.js";
import { Field, TextField } from "../../parts/fields.js";
import { Day } from "../../parts/values.js";
import { report } from "../../state/report.js";
import { useRequest } from "../../state/request.js";
import { isOwner } from "../../state/session.js";

/** @import { PeriodShape } from "../../api/types.js" */

export function ClosedPeriods() {
  const [asked, setAsked] = useState(/** @type {"close" | PeriodShape | null} */ (null));
  const { answer, again } = useRequest((signal) => get("/api/closed-periods", { query: { limit: 12 }, signal }), []);
  const onDone = () => (setAsked(null), again());
  const closed = (answer?.items ?? []).filter(({ reopenedAt }) => reopenedAt === null);
  return html`
    <section aria-labelledby="closed-periods">
      <h2 id="closed-periods">Closed periods</h2>
      <p class="quiet">What was in them stays as it was in every later export. What comes or is changed later is counted here, and stands in the next export of only what is new.</p>
      <ul class="lines">
        ${closed.map(
          (period) => html`
            <li class="line" key=${period.id}>
              <div class="line-text">
                <span class="line-title"><${Day} day=${period.firstDay} /> – <${Day} day=${period.lastDay} /></span>
                <span class="line-note">${period.late > 0 ? `${counted(period.late, "expense")} came or changed since` : "Nothing came since"}</span>
                ${isOwner.value &&
                html`<span class="line-amount">
                  <button type="button" class="button small" onClick=${() => setAsked(period)}>Open again …</button>
                </span>`}
              </div>
            </li>
          `,
        )}
      </ul>
      ${isOwner.value && html`<button type="button" class="button" onClick=${() => setAsked("close")}>Close a month …</button>`}
      ${asked === "close" && html`<${Close} onClose=${() => setAsked(null)} onDone=${onDone} />`}
      ${asked && asked !== "close" && html`<${Reopen} period=${asked} onClose=${() => setAsked(null)} onDone=${onDone} />`}
    </section>
  `;
}

/** @param {{ onClose: () => void, onDone: () => void }} props */
function Close({ onClose, onDone }) {
  const [month, setMonth] = useState("");
  const [problem, setProblem] = useState(/** @type {string | null} */ (null));
  async function close() {
    const { from, to } = daysOf(month);
    if (!from || !to) return setProblem("Choose the month.");
    try {
      await post("/api/closed-periods", { from, to });
      onDone();
    } catch (error) {
      if (error instanceof ApiError && error.fieldErrors[0]) setProblem(error.fieldErrors[0].message);
      else report(error);
    }
  }
  const onMonth = (/** @type {Event} */ event) => setMonth(/** @type {HTMLInputElement} */ (event.target).value);
  return html`
    <${Dialog} title="Close a month" action="Close the month" problem=${problem} onClose=${onClose} onAction=${close}>
      <${Field} label="Month">
        ${(/** @type {Record<string, unknown>} */ given) =>
          html`<input type="month" placeholder="YYYY-MM" value=${month} onInput=${onMonth} ...${given} />`}
      <//>
    <//>
  `;
}

/** @param {{ period: PeriodShape, onClose: () => void, onDone: () => void }} props */
function Reopen({ period, onClose, onDone }) {
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState(/** @type {string | null} */ (null));
  async function open() {
    try {
      await post("/api/closed-periods/{period_id}/reopen", { reason }, { path: { period_id: period.id } });
      onDone();
    } catch (error) {
      if (error instanceof ApiError && error.fieldErrors[0]) setProblem(error.fieldErrors[0].message);
      else report(error);
    }
  }
  return html`
    <${Dialog} title="Open the period again" action="Open it" isDanger problem=${problem} onClose=${onClose} onAction=${open}>
      <${TextField} label="Why" value=${reason} onValue=${setReason} maxLength=${500} />
    <//>
  `;
}
