// @ts-check
/** The last look before a claim gets its number: how many expenses, what they come to, who gets it, and how. */

import { useMemo } from "preact/hooks";

import { ApiError, onceOnly, post } from "../api/client.js";
import { counted, money } from "../format.js";
import { notify } from "../notifications/notices.js";
import { Dialog } from "../parts/dialog.js";
import { useAct } from "../parts/use-act.js";
import { sentence } from "./dialogs.js";
import { html, t } from "../words.js";

/** @import { ClaimRequest } from "../api/types.js" */

const DEFAULT_TERMS = 30;

/** @param {{ request: ClaimRequest, of: number, onClose: () => void, onDone: () => void, onRefused: () => void }} props `of`: how many were shown */
export function Confirm({ request, of, onClose, onDone, onRefused }) {
  const { payerName, payerKind, currency, expectedTotal, expenseIds, invoice, sentBy } = request;
  const sum = money(expectedTotal ?? "0", currency);
  const count = expenseIds?.length ?? 0;
  const headers = useMemo(onceOnly, []);
  const claiming = useAct(async () => {
    try {
      await post("/api/claims", request, { headers });
    } catch (error) {
      // What was shown is not so any more.
      if (error instanceof ApiError && error.status === 422) onRefused();
      throw error;
    }
    notify(t`${sum} are being claimed from ${payerName}.`);
    onDone();
  }, sentence);
  const facts = [
    [payerKind === "customer" ? t`Customer` : t`Company`, payerName],
    [t`Expenses`, count === of ? `${count}` : t`${count} of the ${of} shown`],
    [t`Total`, sum],
    [t`Due`, t`${counted(request.termsDays ?? DEFAULT_TERMS, "day")} after it is issued`],
    [t`Sent`, howSent(request)],
    ...(invoice ? [[t`E-invoice to`, invoice.buyer.name]] : []),
  ];
  return html`
    <${Dialog}
      title=${t`Claim ${sum} from ${payerName}?`}
      action=${sentBy === "mail" ? t`Claim and mail it` : t`Claim it`}
      isBusy=${claiming.isBusy}
      problem=${claiming.problem}
      onClose=${onClose}
      onAction=${claiming.act}
    >
      <dl class="facts-list claim-facts">
        ${facts.map(([term, said]) => html`<div key=${term}><dt>${term}</dt><dd>${said}</dd></div>`)}
      </dl>
      <p class="quiet">It gets the next number at once. After that, only a credit note or a withdrawal changes it.</p>
    <//>
  `;
}

/** @param {ClaimRequest} request */
function howSent({ sentBy, payerMail }) {
  if (sentBy === "mail") return t`by mail to ${payerMail}, as soon as it is issued`;
  return sentBy === "webhook" ? t`by webhook: endpoints get claim.asked` : t`by hand: nothing is mailed`;
}
