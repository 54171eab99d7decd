// @ts-check
/** What else a claim can be asked for with: whose expenses, when it is due and asked for, how it is sent, an e-invoice. */

import { useState } from "preact/hooks";

import { get } from "../api/client.js";
import { SelectField, TextField } from "../parts/fields.js";
import { useRequest } from "../state/request.js";
import { html, t } from "../words.js";

/** @import { ClaimRequest } from "../api/types.js" */

/** @typedef {Record<string, string>} Given */

const SENT = [
  { value: "hand", label: t`People here ask, and are told when` },
  { value: "webhook", label: t`Webhooks get claim.asked` },
  { value: "mail", label: t`By mail, and reminded by mail` },
];
const VAT = [
  { value: "", label: t`None` },
  { value: "S", label: t`Taxed, the rate is in the amounts` },
  { value: "E", label: t`Exempt` },
  { value: "AE", label: t`Reverse charge` },
  { value: "O", label: t`Not subject to VAT` },
];
const NUMBER = { inputmode: "numeric" };
const MAIL = { type: "email", inputmode: "email" };
/** @type {{ name: string, label: string, hint?: string, isFor?: string[] }[]} */
const INVOICE = [
  { name: "vatRate", label: t`VAT rate in percent`, isFor: ["S"] },
  { name: "vatReason", label: t`Why no VAT`, isFor: ["E", "AE", "O"] },
  { name: "seller.name", label: t`Your company` },
  { name: "seller.street", label: t`Your street` },
  { name: "seller.postalCode", label: t`Your postal code` },
  { name: "seller.city", label: t`Your city` },
  { name: "seller.country", label: t`Your country`, hint: t`Two letters, such as DE.` },
  { name: "seller.vatId", label: t`Your VAT id`, isFor: ["S", "E", "AE"] },
  { name: "seller.registrationId", label: t`Your number in a register` },
  { name: "buyer.name", label: t`Their company` },
  { name: "buyer.street", label: t`Their street` },
  { name: "buyer.postalCode", label: t`Their postal code` },
  { name: "buyer.city", label: t`Their city` },
  { name: "buyer.country", label: t`Their country`, hint: t`Two letters, such as DE.` },
  { name: "buyer.vatId", label: t`Their VAT id`, isFor: ["S", "E", "AE"] },
  { name: "reference", label: t`Their reference`, hint: t`Public buyers ask for one.` },
  { name: "iban", label: t`IBAN that is paid to` },
];

/**
 * What was given, as the API takes it.
 *
 * @param {Given} given
 * @param {string} kind
 * @returns {Partial<ClaimRequest>}
 */
export function readMore(given, kind) {
  const text = (/** @type {string} */ name) => given[name]?.trim() || null;
  /** @type {Partial<ClaimRequest>} */
  const more = { sentBy: given.sentBy === "webhook" || given.sentBy === "mail" ? given.sentBy : "hand" };
  if (more.sentBy === "mail") more.payerMail = text("payerMail") ?? "";
  if (text("person")) more.person = text("person");
  if (kind === "company" && text("client")) more.client = text("client");
  if (text("terms")) more.termsDays = readDays(text("terms"), 1)[0] ?? 0;
  if (text("reminders")) more.reminderDays = readDays(text("reminders"), 3);
  if (text("pause")) more.pauseDays = readDays(text("pause"), 1)[0] ?? 0;
  if (kind === "customer" && text("vatCategory")) more.invoice = readInvoice(given);
  return more;
}

/**
 * @param {string | null} text
 * @param {number} count
 */
function readDays(text, count) {
  const days = (text ?? "").split(/[\s,;]+/).map(Number);
  if (days.length !== count || days.some((each) => !Number.isInteger(each))) {
    throw new RangeError(count === 1 ? t`Type in days as a number, such as 30.` : t`Type in three numbers of days, such as 1, 15, 29.`);
  }
  return days;
}

/** @param {Given} given */
function readInvoice(given) {
  /** @type {Record<string, string | null>} */
  const whole = {};
  /** @type {Record<string, Record<string, string | null>>} */
  const parties = { seller: {}, buyer: {} };
  for (const { name, isFor } of INVOICE) {
    const said = given[name]?.trim() || null;
    const [party = "", member] = name.split(".");
    if (isFor && !isFor.includes(given.vatCategory ?? "")) continue;
    if (member) /** @type {Record<string, string | null>} */ (parties[party])[member] = said;
    else whole[name] = said;
  }
  return /** @type {NonNullable<ClaimRequest["invoice"]>} */ (/** @type {unknown} */ ({ vatCategory: given.vatCategory, ...whole, ...parties }));
}

/** @param {{ kind: string, given: Given, onGiven: (given: Given) => void }} props */
export function More({ kind, given, onGiven }) {
  const [isOpen, setOpen] = useState(false);
  const people = useRequest((signal) => (isOpen ? get("/api/people", { signal }) : Promise.resolve(null)), [isOpen]).answer;
  const field = (/** @type {string} */ name) => ({ value: given[name] ?? "", onValue: (/** @type {string} */ value) => onGiven({ ...given, [name]: value }) });
  const persons = [{ value: "", label: t`Anybody` }, ...(people?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))];
  const vat = given.vatCategory ?? "";
  const shown = INVOICE.filter(({ isFor }) => !isFor || isFor.includes(vat));
  return html`
    <details class="profile-more" onToggle=${(/** @type {Event} */ event) => setOpen(/** @type {HTMLDetailsElement} */ (event.target).open)}>
      <summary>More: whose, when, how</summary>
      <div class="statement-fields">
        <${SelectField} label="Handed in by" options=${persons} ...${field("person")} />
        ${kind === "company" && html`<${TextField} label="For the client" maxLength=${200} ...${field("client")} />`}
        <${TextField} label="Payment terms (days)" placeholder="30" attributes=${NUMBER} ...${field("terms")} />
        <${TextField} label="Reminder schedule: days after the due date" placeholder="1, 15, 29" ...${field("reminders")} />
        <${TextField} label="Pause reminders after they say they have paid (days)" placeholder="7" attributes=${NUMBER} ...${field("pause")} />
        <${SelectField} label="How it is sent" options=${SENT} ...${field("sentBy")} />
        ${given.sentBy === "mail" && html`<${TextField} label="Mail address of whoever pays" attributes=${MAIL} maxLength=${254} ...${field("payerMail")} />`}
        ${kind === "customer" && html`<${SelectField} label="E-invoice" options=${VAT} ...${field("vatCategory")} />`}
        ${kind === "customer" && vat && shown.map(({ name, ...more }) => html`<${TextField} key=${name} maxLength=${140} ...${more} ...${field(name)} />`)}
      </div>
    </details>
  `;
}
