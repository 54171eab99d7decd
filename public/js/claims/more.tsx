/** What comes from the client and the company, and can be changed for one invoice. */

import { useState } from "preact/hooks";

import { get } from "../api/client.ts";
import { counted } from "../format.ts";
import { DayField, SelectField, TextField } from "../parts/fields.tsx";
import { useRequest } from "../state/request.ts";
import { readDay } from "../values/day.ts";
import { t } from "../words.ts";
import type { ClaimRequest, ClientRecord, CompanyProfile } from "../api/types.d.ts";

type Given = Record<string, string>;

const SENT = {
  mail: t`By e-mail, with reminders`,
  hand: t`By hand: you send it and remind`,
  webhook: t`By your own software, which a webhook tells`,
};
/** Costs are passed on without an invoice. */
export const AS_CLAIM = "claim";
const FORMS = [
  { value: "", label: t`An invoice` },
  { value: AS_CLAIM, label: t`An expense claim: costs passed on, no invoice` },
];
const VAT = [
  { value: "", label: t`As your company and the client say` },
  { value: "S", label: t`VAT is included` },
  { value: "E", label: t`Exempt from VAT` },
  { value: "AE", label: t`Reverse charge` },
  { value: "O", label: t`Not subject to VAT` },
];
const CONFIRMED = [
  { value: "", label: t`No e-mail` },
  { value: "mail", label: t`An e-mail confirms the payment` },
];
const NUMBER = { inputmode: "numeric" };
const MAIL = { type: "email", inputmode: "email" };
const DEFAULT_TERMS = 30;

function sentBy(given: Given, client: ClientRecord | null) {
  return (given.sentBy || (client?.mail ? "mail" : "hand")) as "mail" | "hand" | "webhook";
}

/** Of what was spent, the company has deducted the tax: it bears the net amount. */
const NET_COST = "net_cost";
const CHARGES = [
  { value: NET_COST, label: t`Net costs, plus VAT` },
  { value: "spent", label: t`What was spent, VAT included` },
];

/** Whose invoice it is; `base` is the account's currency, in which taxes are added up. */
export type Own = { company: CompanyProfile; base: string | null };

/** Whether it can charge net costs: a small business deducts no tax. */
const hasNetCosts = (own: Own | null) =>
  own !== null && own.base !== null && own.company.vatScheme !== "small_business";

/** What an invoice charges: net costs, unless a person says otherwise. */
export function chargesOf(given: Given, own: Own | null) {
  return hasNetCosts(own) && given.charges !== "spent" ? NET_COST : "spent";
}

/** Whether the client gets an invoice, which is usual. */
export const isInvoice = (given: Given, isCompany: boolean) =>
  !isCompany && given.form !== AS_CLAIM;

export function Form({
  given,
  own,
  onGiven,
}: {
  given: Given;
  own: Own | null;
  onGiven: (given: Given) => void;
}) {
  return (
    <>
      <SelectField
        label="They get"
        options={FORMS}
        value={given.form ?? ""}
        onValue={(form: string) => onGiven({ ...given, form })}
      />
      {hasNetCosts(own) && isInvoice(given, false) && (
        <SelectField
          label="What is charged"
          options={CHARGES}
          value={chargesOf(given, own)}
          onValue={(charges: string) => onGiven({ ...given, charges })}
        />
      )}
    </>
  );
}

/** In a sentence, how it goes out. */
export function summaryOf(given: Given, client: ClientRecord | null) {
  const days = counted(Number(given.terms) || (client?.termsDays ?? DEFAULT_TERMS), "day");
  const mail = given.payerMail?.trim() || client?.mail;
  if (sentBy(given, client) !== "mail" || !mail) return t`Due ${days} after it is sent.`;
  return [
    t`Due ${days} after it is sent, by e-mail to ${mail}.`,
    given.confirmed && t`Once it is paid, an e-mail confirms the payment to the client.`,
  ]
    .filter(Boolean)
    .join(" ");
}

/** What was given, as the API takes it: which expenses, and the rest. */
export function readMore(given: Given, isCompany: boolean, client: ClientRecord | null = null) {
  const text = (name: string) => given[name]?.trim() || undefined;
  const problems: Record<string, string> = {};
  const [first, last] = [readDay(given.first ?? ""), readDay(given.last ?? "")];
  if (first.problem) problems.first = first.problem;
  if (last.problem) problems.last = last.problem;
  const days = (name: string, count: number) => {
    const found = (text(name) ?? "")
      .split(/[\s,;]+/)
      .filter(Boolean)
      .map(Number);
    if (found.length === 0) return undefined;
    if (found.length === count && found.every(Number.isInteger)) return found;
    problems[name] =
      count === 1
        ? t`Type in days as a number, such as 30.`
        : t`Type in three numbers of days, such as 1, 15, 29.`;
    return undefined;
  };
  const narrow = {
    firstDay: first.value || null,
    lastDay: last.value || null,
    person: text("person") ?? null,
  };
  const more: Partial<ClaimRequest> = { sentBy: sentBy(given, client) };
  if (more.sentBy === "mail" && text("payerMail")) more.payerMail = text("payerMail") ?? null;
  if (more.sentBy === "mail" && given.confirmed) more.confirmsPayment = true;
  const [terms, reminders, pause] = [days("terms", 1), days("reminders", 3), days("pause", 1)];
  if (terms) more.termsDays = terms[0] ?? null;
  if (reminders) more.reminderDays = reminders;
  if (pause) more.pauseDays = pause[0] ?? 0;
  if (isInvoice(given, isCompany)) {
    const invoice = {
      vatCategory: text("vatCategory"),
      vatRate: text("vatRate"),
      vatReason: text("vatReason"),
      reference: text("reference"),
    };
    more.invoice = invoice as unknown as NonNullable<ClaimRequest["invoice"]>;
  }
  return { narrow, more, problems };
}

export function More({
  isCompany,
  client,
  given,
  problems,
  onGiven,
}: {
  isCompany: boolean;
  client: ClientRecord | null;
  given: Given;
  problems: Given;
  onGiven: (given: Given) => void;
}) {
  const [isOpen, setOpen] = useState(false);
  const people = useRequest(
    (signal) => (isOpen ? get("/api/people", { signal }) : Promise.resolve(null)),
    [isOpen],
  ).answer;
  const field = (name: string) => ({
    value: given[name] ?? "",
    problem: problems[name] ?? null,
    onValue: (value: string) => onGiven({ ...given, [name]: value }),
  });
  const persons = [
    { value: "", label: t`Anyone` },
    ...(people?.items ?? []).map(({ id, name }) => ({ value: id, label: name })),
  ];
  const way = sentBy(given, client);
  const ways = Object.entries(SENT).map(([value, label]) => ({ value, label }));
  const hasInvoice = isInvoice(given, isCompany);
  const vat = hasInvoice ? given.vatCategory : "";
  return (
    <details
      class="profile-more"
      onToggle={(event: Event) => setOpen((event.target as HTMLDetailsElement).open)}
    >
      <summary>Change days, terms or how it is sent</summary>
      <div class="statement-fields">
        <DayField label="From" {...field("first")} />
        <DayField label="To" {...field("last")} />
        <SelectField label="Submitted by" options={persons} {...field("person")} />
        <SelectField label="How it is sent" options={ways} {...field("sentBy")} value={way} />
        {way === "mail" && (
          <TextField
            label="E-mail"
            attributes={MAIL}
            maxLength={254}
            placeholder={client?.mail ?? ""}
            {...field("payerMail")}
          />
        )}
        <TextField
          label="Payment terms (days)"
          placeholder={String(client?.termsDays ?? DEFAULT_TERMS)}
          attributes={NUMBER}
          {...field("terms")}
        />
        <TextField
          label="Reminder schedule: days after the due date"
          placeholder="1, 15, 29"
          {...field("reminders")}
        />
        <TextField
          label="Pause reminders after they say they have paid (days)"
          placeholder="7"
          attributes={NUMBER}
          {...field("pause")}
        />
        {way === "mail" && (
          <SelectField label="Once it is paid" options={CONFIRMED} {...field("confirmed")} />
        )}
        {hasInvoice && <SelectField label="Taxed" options={VAT} {...field("vatCategory")} />}
        {vat === "S" && (
          <TextField
            label="VAT rate in percent"
            attributes={{ inputmode: "decimal" }}
            maxLength={5}
            {...field("vatRate")}
          />
        )}
        {vat === "E" && <TextField label="Why no VAT" maxLength={140} {...field("vatReason")} />}
        {hasInvoice && (
          <TextField
            label="Their reference"
            placeholder={client?.reference ?? ""}
            maxLength={140}
            {...field("reference")}
          />
        )}
      </div>
      <p class="quiet">
        The address, VAT id and IBAN are those of <a href="/settings">your company</a>
        {client && (
          <>
            {" "}
            and of <a href={`/clients/${client.id}`}>{client.name}</a>
          </>
        )}
        .
      </p>
    </details>
  );
}
