// @ts-check
/** On an expense: whether it may be approved, what policies say, and the decision. */

import { useState } from "preact/hooks";

import { post } from "../../api/client.js";
import { announce } from "../../notifications/notices.js";
import { Dialog } from "../../parts/dialog.js";
import { TextField } from "../../parts/fields.js";
import { Moment } from "../../parts/values.js";
import { useRequest } from "../../state/request.js";
import { may } from "../../state/session.js";
import { useAsking } from "../sorting/asking.js";
import { useExpenseKeys } from "../one/keys.js";
import { ChainSteps } from "./chain-steps.js";
import { html, t } from "../../words.js";

/** @type {Record<string, string>} */
const DECISIONS = {
  approved: t`Approved`,
  unapproved: t`The approval was taken back`,
  rejected: t`Rejected`,
  unrejected: t`The refusal was taken back`,
};

/** @import { ApprovalOutcome } from "../../api/types.js" */

/**
 * @param {object} props
 * @param {string} props.id
 * @param {number} props.version of the expense that is shown
 * @param {string[]} [props.consequences] what a change of it comes to elsewhere
 * @param {() => void} props.onDone
 */
export function Approval({ id, version, consequences = [], onDone }) {
  const { answer, again } = useRequest(
    (signal) => post("/api/approvals/check", { ids: [id] }, { signal }),
    [id, version],
  );
  const [reason, setReason] = useState("");
  const [isRejecting, setRejecting] = useState(false);
  const [isTakingBack, setTakingBack] = useState(false);
  const { isBusy, problem, ask } = useAsking();
  const seen = answer?.items[0];
  const mayApprove = may("approve") && seen?.outcome === "done" && seen.status !== "approved";
  useExpenseKeys({ approve: () => mayApprove && !isBusy && void approve() });
  const ids = { ids: [id] };
  const approve = () => decide(post("/api/expenses/approve", { ...ids, versions: [version] }), t`Approved.`);

  /** @param {Promise<{ items: ApprovalOutcome[] }>} asked @param {string} done */
  const decide = async (asked, done) => {
    await ask(async () => {
      const outcome = (await asked).items[0];
      announce(outcome?.reason ?? done);
      setRejecting(false);
      setTakingBack(false);
      setReason("");
      again();
      onDone();
    });
  };
  if (!seen || seen.status === "voided") return null;
  const isApproved = seen.status === "approved";
  // The sentence above the buttons may be one of them. What hinders an approval says nothing once there is one.
  const others = seen.violations.filter(({ reason: why, hinders }) => (isApproved ? !hinders : why !== seen.reason));
  return html`
    <section class="card" aria-labelledby="approval-title">
      <h2 id="approval-title">Approval</h2>
      ${!(isApproved && seen.decided) && html`<p>${isApproved ? t`Approved.` : (seen.reason ?? (seen.decided?.decision === "approved" ? t`It was approved before, and changed or sent back since: it needs to be approved again.` : t`It is not approved yet.`))}</p>`}
      ${seen.decided &&
      html`
        <p class="quiet">
          ${!isApproved && seen.decided.decision === "approved" ? t`Before: approved` : DECISIONS[seen.decided.decision]} by ${seen.decided.by ?? t`somebody who has left`},${" "}
          <${Moment} at=${seen.decided.at} />${seen.decided.reason && `: ${seen.decided.reason}`}
        </p>
      `}
      ${!isApproved && html`<${ChainSteps} chain=${seen.chain} />`}
      ${others.length > 0 && html`<ul>${others.map((each) => html`<li key=${each.policy}>${each.reason}</li>`)}</ul>`}
      ${problem && html`<p class="form-problem" role="alert">${problem}</p>`}
      ${may("approve") &&
      html`
        <p class="form-buttons">
          ${seen.status === "ready" &&
          html`
            <button
              type="button"
              class="button primary"
              disabled=${isBusy || seen.outcome !== "done"}
              aria-keyshortcuts="a"
              onClick=${approve}
            >
              Approve
            </button>
          `}
          ${isApproved &&
          html`
            <button
              type="button"
              class="button"
              disabled=${isBusy}
              onClick=${() => setTakingBack(true)}
            >
              Take the approval back …
            </button>
          `}
          ${seen.status === "ready" &&
          !isRejecting &&
          html`
            <button type="button" class="button" disabled=${isBusy} onClick=${() => setRejecting(true)}>Reject …</button>
          `}
        </p>
        ${isTakingBack &&
        html`
          <${Dialog}
            title=${t`Take the approval back?`}
            action=${t`Take the approval back`}
            isDanger=${true}
            isBusy=${isBusy}
            problem=${problem}
            onClose=${() => setTakingBack(false)}
            onAction=${() => void decide(post("/api/expenses/unapprove", ids), t`The approval is taken back.`)}
          >
            <p>It can be changed then, and counts as approved again only once somebody approves it anew.</p>
            ${consequences.map((each) => html`<p key=${each}>${each}</p>`)}
          <//>
        `}
        ${isRejecting &&
        html`
          <form
            class="fields-row"
            novalidate
            onSubmit=${(/** @type {Event} */ event) => {
              event.preventDefault();
              void decide(post("/api/expenses/reject", { ...ids, reason }), "It is back in review.");
            }}
          >
            <${TextField} label="Why" value=${reason} onValue=${setReason} maxLength=${500} />
            <button type="submit" class="button danger" disabled=${isBusy || !reason.trim()}>Reject the expense</button>
          </form>
        `}
      `}
    </section>
  `;
}
