// @ts-check
/** Payouts that one may be once more: told before it is asked for, and to whoever decides. */

import { get } from "../api/client.js";
import { money } from "../format.js";
import { Dialog } from "../parts/dialog.js";
import { Day } from "../parts/values.js";
import { Waiting } from "../parts/view.js";
import { useRequest } from "../state/request.js";
import { fromMinor } from "../values/amount.js";
import { html } from "../words.js";

/** @import { AlikePayout } from "../api/types.js" */

const DAY_LENGTH = "2026-01-01".length;

/** @param {{ alike: AlikePayout[] }} props */
export function AlikeList({ alike }) {
  if (alike.length === 0) return null;
  return html`
    <div class="form-problem" role="status">
      <p>The same amount goes, or went, to the same payee within thirty days:</p>
      <ul>
        ${alike.map(
          ({ id, payeeName, amount, currency, reference, state, createdAt }) => html`
            <li key=${id}>
              <a href=${`/runs/${id}`}>${money(fromMinor(amount, currency), currency)} to ${payeeName}</a>, requested on${" "}
              <${Day} day=${createdAt.slice(0, DAY_LENGTH)} />: ${reference} (${state.replaceAll("_", " ")})
            </li>
          `,
        )}
      </ul>
    </div>
  `;
}

/** @param {{ alike: AlikePayout[], isBusy: boolean, problem: string | null, onClose: () => void, onAction: () => void }} props */
export function AskAnyway({ alike, ...asking }) {
  return html`
    <${Dialog} title="Is it the same once more?" action="Ask anyway" ...${asking}>
      <${AlikeList} alike=${alike} />
      <p>Ask anyway only if it is owed once more. Nothing is asked for yet.</p>
    <//>
  `;
}

/** What whoever decides is told. @param {{ id: string, isBatch: boolean }} props of the run */
export function AlikeTold({ id, isBatch }) {
  const { answer, problem, isLoading, again } = useRequest(
    async (signal) =>
      isBatch
        ? (await get("/api/payout-batches/{batch_id}", { path: { batch_id: id }, signal })).alike
        : (await get("/api/payouts/{payout_id}", { path: { payout_id: id }, signal })).alike,
    [id],
  );
  if (!answer) return html`<${Waiting} ...${{ problem, isLoading, onAgain: again }} />`;
  return html`<${AlikeList} alike=${answer} />`;
}
