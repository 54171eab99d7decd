// @ts-check
/** Receipts by mail: the account's address, who may send there, and what came. */

import { useState } from "preact/hooks";

import { del, get, onceOnly, post } from "../api/client.js";
import { counted, moment } from "../format.js";
import { notify } from "../notifications/notices.js";
import { Dialog } from "../parts/dialog.js";
import { TextField } from "../parts/fields.js";
import { View, Waiting } from "../parts/view.js";
import { useRequest } from "../state/request.js";
import { may } from "../state/session.js";
import { MailSenders } from "./mail-senders.js";
import { ReceivedMail } from "./received-mail.js";
import { useAct } from "../parts/use-act.js";
import { html, t } from "../words.js";

/** @import { ReceiptsByMail } from "../api/types.js" */

/** @type {Record<string, string>} */
const REFUSED = {
  "sender not allowed": t`its sender may not send`,
  "not authenticated": t`its sender’s domain did not prove that it sent it`,
  "no sender": t`it named no sender, or several`,
  "own mail": t`it was this service’s own`,
  "too large": t`it was too large`,
  "too many": t`too much came within a minute`,
};

export default function Mail() {
  const { answer, problem, isLoading, again, set } = useRequest((signal) => get("/api/receipts-by-mail", { signal }), []);
  return html`
    <${View} title="Receipts by mail">
      <p class="quiet">
        What is mailed to the account’s address becomes receipts: PDFs, photos, e-invoices, ZIP archives, and texts that
        are receipts. Forward an invoice there.
      </p>
      <${Waiting} problem=${problem} isLoading=${isLoading && !answer} onAgain=${again} />
      ${answer && html`<${Address} mail=${answer} onAnswer=${set} />`}
      ${answer && may("administer") && html`<${MailSenders} mail=${answer} onAnswer=${set} />`}
      <${ReceivedMail} />
    <//>
  `;
}

/** @param {{ mail: ReceiptsByMail, onAnswer: (mail: ReceiptsByMail) => void }} props */
function Address({ mail, onAnswer }) {
  const [asks, ask] = useState(/** @type {"change" | "end" | null} */ (null));
  const { address, earlier, isOffered, refused } = mail;
  const close = () => ask(null);
  const onDone = (/** @type {ReceiptsByMail} */ changed) => {
    close();
    onAnswer(changed);
  };
  async function copy() {
    try {
      await navigator.clipboard.writeText(address ?? "");
      notify(t`The address is copied.`, { kind: "success" });
    } catch {
      notify(t`The browser does not let this page copy: select the address.`, { kind: "problem" });
    }
  }
  return html`
    <section class="card" aria-labelledby="receipt-address-title">
      <h2 id="receipt-address-title">The address</h2>
      ${!isOffered && html`<p class="quiet">This deployment takes no mail.</p>`}
      ${isOffered && !address && html`<p class="quiet">There is none yet: nothing is taken by mail.</p>`}
      ${address && html`<p id="receipt-address" style="word-break: break-all">${address}</p>`}
      ${earlier.map(
        (each) =>
          html`<p class="quiet" key=${each.address} style="overflow-wrap: anywhere">
            ${each.address} holds until ${moment(each.endsAt)}.
          </p>`,
      )}
      ${refused.count > 0 &&
      refused.at &&
      html`<p class="quiet" id="refused-mail">
        ${counted(refused.count, "mail")} refused at the door, the last on ${moment(refused.at)}:
        ${` ${REFUSED[refused.why ?? ""] ?? refused.why}.`}
      </p>`}
      <p class="form-buttons">
        ${address && html`<button type="button" class="button" onClick=${copy}>Copy</button>`}
        ${isOffered &&
        may("administer") &&
        html`<button type="button" class="button" onClick=${() => ask("change")}>
          ${address ? t`Change the address…` : t`Make an address…`}
        </button>`}
        ${address &&
        may("administer") &&
        html`<button type="button" class="button danger" onClick=${() => ask("end")}>Take nothing any more…</button>`}
      </p>
      ${asks === "change" && html`<${Change} address=${address} onClose=${close} onDone=${onDone} />`}
      ${asks === "end" && html`<${End} onClose=${close} onDone=${onDone} />`}
    </section>
  `;
}

/** @param {{ address: string | null, onClose: () => void, onDone: (mail: ReceiptsByMail) => void }} props */
function Change({ address, onClose, onDone }) {
  const [hours, setHours] = useState("0");
  const { isBusy, problem, act } = useAct(async () => {
    onDone(await post("/api/receipts-by-mail/address", { graceHours: Number(hours) || 0 }, { headers: onceOnly() }));
  });
  const asked = address
    ? { title: t`Change the address?`, action: t`Change it` }
    : { title: t`Make an address?`, action: t`Make it` };
  return html`
    <${Dialog} ...${asked} isBusy=${isBusy} problem=${problem} onClose=${onClose} onAction=${act}>
      <p>Only those may send to it who are allowed to. Nobody can guess it.</p>
      ${address &&
      html`<${TextField}
        label="Hours for which the one before still holds"
        value=${hours}
        onValue=${setHours}
        hint="0 refuses it at once; at most 720."
        attributes=${{ inputmode: "numeric" }}
      />`}
    <//>
  `;
}

/** @param {{ onClose: () => void, onDone: (mail: ReceiptsByMail) => void }} props */
function End({ onClose, onDone }) {
  const { isBusy, problem, act } = useAct(async () => {
    onDone(await del("/api/receipts-by-mail/address"));
  });
  const asked = { title: t`Take nothing by mail any more?`, action: t`Take nothing`, isBusy, problem, isDanger: true };
  return html`
    <${Dialog} ...${asked} onClose=${onClose} onAction=${act}>
      <p>What is mailed to the address is refused from now on. What came stays.</p>
    <//>
  `;
}
