// @ts-check
/** Categories proposed from what people chose before, above the list of expenses. */

import { useState } from "preact/hooks";

import { get, onceOnly, post } from "../../api/client.js";
import { useRequest } from "../../state/request.js";
import { may } from "../../state/session.js";
import { ActResult } from "./acts.js";
import { useAsking } from "./asking.js";
import { html, t } from "../../words.js";

/** @import { ActSummary, Proposal } from "../../api/types.js" */

/** The first proposal that nobody has answered. @param {{ onDone?: () => void }} props `onDone`: expenses were changed */
export function Proposals({ onDone = () => undefined }) {
  const { answer, again } = useRequest(async (signal) => (may("sort") ? get("/api/proposals", { signal }) : null), []);
  const [act, setAct] = useState(/** @type {ActSummary | null} */ (null));
  const { isBusy, problem, ask } = useAsking();
  const proposal = answer?.items[0];
  const renew = () => {
    again();
    onDone();
  };
  /** @param {Proposal} taken @param {boolean} always */
  const take = ({ merchant, category }, always) =>
    ask(async () => {
      setAct(await post("/api/proposals/apply", { merchant, category, always }, { headers: onceOnly() }));
      again();
    });
  /** @param {Proposal} dropped */
  const dismiss = ({ merchant, category }) =>
    ask(async () => {
      await post("/api/proposals/dismiss", { merchant, category });
      again();
    });
  return html`
    ${act && html`<${ActResult} act=${act} onDone=${renew} />`}
    ${proposal &&
    may("sort") &&
    html`
      <section class="card proposal" aria-label="Proposal">
        <p>
          ${proposal.times === proposal.of ? t`${proposal.merchant} is always ` : t`${proposal.merchant} is mostly `}
          <strong>${proposal.category}</strong>${t` (${proposal.times} of ${proposal.of}). `}
          ${proposal.waiting === 1 ? t`Apply it to the other one?` : t`Apply it to the ${proposal.waiting} others?`}
        </p>
        ${problem && html`<p class="form-problem" role="alert">${problem}</p>`}
        <p class="form-buttons">
          <button type="button" class="button primary" disabled=${isBusy} onClick=${() => take(proposal, false)}>Apply</button>
          <button type="button" class="button" disabled=${isBusy} onClick=${() => take(proposal, true)}>
            Apply, and always from now on
          </button>
          <button type="button" class="button" disabled=${isBusy} onClick=${() => dismiss(proposal)}>Do not ask again</button>
        </p>
      </section>
    `}
  `;
}
