// @ts-check
/** What is asked about a source: its credentials, the bank, the account at the bank, and whether it ends. */

import { useRef, useState } from "preact/hooks";

import { del, get, post, put } from "../api/client.js";
import { Dialog } from "../parts/dialog.js";
import { TextField } from "../parts/fields.js";
import { FormDialog } from "../parts/form.js";
import { useAct } from "../parts/use-act.js";
import { Waiting } from "../parts/view.js";
import { useRequest } from "../state/request.js";
import { choice, field, trimmed } from "../values/schema.js";
import { goToBank } from "./consent.js";
import { PROVIDERS } from "./source-words.js";
import { html, t } from "../words.js";

/** @import { BankAccount, BankChoice, BankSource } from "../api/types.js" */
/** @import { Body } from "../parts/form.js" */

/** @typedef {BankSource["kind"]} Kind */
/** @typedef {{ source: BankSource, onClose: () => void, onDone: () => void }} Common */

const KINDS = /** @type {Kind[]} */ (Object.keys(PROVIDERS));
/** What to know of each before it is chosen. @type {Record<Kind, string>} */
const ABOUT = {
  "enable-banking": t`Asks banks of the EEA. Register an application there.`,
  address: t`An https address that returns a bank's file, in any format that is read.`,
};
const COUNTRY = field("country", t`Country of the bank`, { maxLength: 2, isNeeded: true, placeholder: "FI", hint: t`Two letters.` });

/** @param {Kind} kind */
function fieldsOf(kind) {
  if (kind === "address") {
    return [
      field("address", t`Address`, { isNeeded: true, placeholder: "https://…" }),
      field("authorization", t`Authorization`, { isNullable: true, hint: t`Sent as the header of that name, where it is needed.` }),
    ];
  }
  const types = [
    { value: "business", label: t`A company` },
    { value: "personal", label: t`A person` },
  ];
  return [
    field("applicationId", t`Application id`, { maxLength: 100, isNeeded: true, hint: t`Its redirect URLs have ${location.origin}/bank/connected.` }),
    field("privateKey", t`Private key (PEM)`, { isNeeded: true, rows: 4, placeholder: "-----BEGIN PRIVATE KEY-----" }),
    COUNTRY,
    choice("psuType", t`Whose account it is`, types),
  ];
}

/** @param {Kind} kind @param {Body} body */
function accessOf(kind, body) {
  const { country, ...others } = trimmed(body);
  return /** @type {any} */ ({ kind, ...others, ...(country === undefined ? {} : { country: country.toUpperCase() }) });
}

/** @param {{ accounts: BankAccount[], onClose: () => void, onMade: (source: BankSource) => void }} props `accounts` that nothing is fetched of yet */
export function Connect({ accounts, onClose, onMade }) {
  const accountChoice = choice("bankAccountId", t`Bank account`, accounts.map(({ id, name }) => ({ value: id, label: name })));
  const kinds = KINDS.map((kind) => ({ value: kind, label: PROVIDERS[kind] }));
  const fields = (/** @type {Record<string, string>} */ texts) => {
    const kind = /** @type {Kind} */ (JSON.parse(texts["kind"] ?? JSON.stringify(KINDS[0])));
    return [accountChoice, choice("kind", t`Fetched by`, kinds, { hint: ABOUT[kind] }), ...fieldsOf(kind), field("fromDay", t`First day`, { type: "day", isNullable: true })];
  };
  const onSend = async (/** @type {Body} */ { bankAccountId, kind, fromDay, ...body }) => onMade(await post("/api/bank/sources", { bankAccountId, fromDay, access: accessOf(kind, body) }));
  return html`
    <${FormDialog} title="Connect a bank account" action="Connect it" ...${{ fields, onSend, onClose }}>
      <p class="quiet">Credentials are encrypted, and never shown again. Without a first day, the last ninety days come.</p>
    <//>
  `;
}

/** @param {Common} props */
export function ChangeAccess({ source: { id, kind, country }, onClose, onDone }) {
  const onSend = async (/** @type {Body} */ body) => {
    await put("/api/bank/sources/{bank_source_id}/access", { access: accessOf(kind, body) }, { path: { bank_source_id: id } });
    onDone();
  };
  const title = kind === "address" ? t`Another address` : t`Other credentials of ${PROVIDERS[kind]}`;
  return html`
    <${FormDialog} title=${title} action="Replace them" fields=${fieldsOf(kind)} values=${{ country }} ...${{ onSend, onClose }}>
      <p class="quiet">${kind === "address" ? t`It is fetched from there at once.` : t`What was agreed at the bank holds on, where the country stays.`}</p>
    <//>
  `;
}

/** The banks of the provider: who chooses one is sent there to agree. @param {Common} props */
export function BankChoices({ source: { id, kind, country }, onClose, onDone }) {
  const [words, type] = useState("");
  const { answer, problem, isLoading, again } = useRequest((signal) => get("/api/bank/sources/{bank_source_id}/banks", { path: { bank_source_id: id }, signal }), [id]);
  const chosen = useRef(/** @type {BankChoice | null} */ (null));
  const choosing = useAct(async () => {
    if (!chosen.current) return;
    const { id: bank, country: of } = chosen.current;
    await put("/api/bank/sources/{bank_source_id}/bank", { bank, country: of }, { path: { bank_source_id: id } });
    await goToBank(id);
  });
  const choose = (/** @type {BankChoice} */ bank) => {
    chosen.current = bank;
    void choosing.act();
  };
  const found = (answer?.items ?? []).filter(({ name }) => name.toLocaleLowerCase().includes(words.trim().toLocaleLowerCase()));
  return html`
    <${Dialog} title="Choose your bank" isBusy=${choosing.isBusy} problem=${choosing.problem} onClose=${() => (onClose(), onDone())}>
      <p class="quiet">You are sent to its page to agree, and come back here. ${PROVIDERS[kind]} knows these${country ? t` in ${country}` : ""}:</p>
      <${Waiting} problem=${problem} isLoading=${isLoading && !answer} onAgain=${again} />
      ${answer && answer.items.length > 8 && html`<${TextField} label="Search" value=${words} onValue=${type} maxLength=${100} attributes=${{ autofocus: true }} />`}
      <ul class="lines bank-found" aria-label="Banks">
        ${found.map(
          (bank) => html`
            <li key=${bank.id} class="line">
              <button type="button" class="line-text" disabled=${choosing.isBusy} onClick=${() => choose(bank)}>
                <span class="line-title">${bank.name}</span>
                <span class="line-note">${choosing.isBusy && chosen.current?.id === bank.id ? t`You are sent there …` : t`A consent holds ${bank.mostDays} days.`}</span>
              </button>
            </li>
          `,
        )}
      </ul>
      ${answer && found.length === 0 && html`<p class="quiet" role="status">${answer.items.length === 0 ? t`It knows no bank there. Change the country with the credentials.` : t`No bank is called so.`}</p>`}
    <//>
  `;
}

/** Which of the bank's accounts is meant. @param {Common} props */
export function AccountChoice({ source: { id, accounts }, onClose, onDone }) {
  const options = accounts.map((each) => ({ value: each.id, label: [each.name, each.number, each.currency].filter(Boolean).join(", ") || each.id }));
  const onSend = async (/** @type {Body} */ body) => {
    await post("/api/bank/sources/{bank_source_id}/account", { id: body.id }, { path: { bank_source_id: id } });
    onDone();
  };
  return html`<${FormDialog} title="Which account is it?" action="Choose it" fields=${[choice("id", t`Account at the bank`, options)]} ...${{ onSend, onClose }} />`;
}

/** @param {Common & { name: string }} props */
export function End({ source: { id, kind }, name, onClose, onDone }) {
  const onSend = async () => {
    await del("/api/bank/sources/{bank_source_id}", { path: { bank_source_id: id } });
    onDone();
  };
  return html`
    <${FormDialog} title=${t`Fetch nothing of ${name} any more?`} action="End it" isDanger=${true} ...${{ onSend, onClose }}>
      <p>${kind === "address" ? t`The address is deleted.` : t`The consent is given back, and the credentials are deleted.`} What was fetched stays.</p>
    <//>
  `;
}
