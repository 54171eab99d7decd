// @ts-check
/** Remembers how a program wants its file. Accounts of categories come from the categories themselves. */

import { html } from "htm/preact";
import { useState } from "preact/hooks";

import { ApiError, post } from "../../api/client.js";
import { Dialog } from "../../parts/dialog.js";
import { SelectField, TextField } from "../../parts/fields.js";
import { report } from "../../state/report.js";

/** @import { FormatName } from "../../api/types.js" */

const FORMATS = [
  { value: "datev", label: "DATEV (batch of bookings)" },
  { value: "xero-bills", label: "Xero (bills)" },
  { value: "csv", label: "CSV" },
];
const DELIMITERS = [{ value: ",", label: "Comma" }, { value: ";", label: "Semicolon" }, { value: "\t", label: "Tab" }];
const MARKS = [{ value: ".", label: "Point: 12.90" }, { value: ",", label: "Comma: 12,90" }];
const DAYS = ["YYYY-MM-DD", "DD.MM.YYYY", "DD/MM/YYYY", "MM/DD/YYYY"].map((value) => ({ value, label: value }));
const FIRST = {
  ...{ name: "", format: "datev", consultant: "", client: "", yearBegin: "01-01", accountLength: "4", contra: "", account: "" },
  ...{ delimiter: ",", mark: ".", days: "YYYY-MM-DD" },
};

/** @param {{ onClose: () => void, onDone: () => void }} props */
export function ProfileDialog({ onClose, onDone }) {
  const [values, setValues] = useState(FIRST);
  const [problems, setProblems] = useState(/** @type {Record<string, string>} */ ({}));
  const [isBusy, setBusy] = useState(false);
  const field = (/** @type {keyof typeof FIRST} */ key, /** @type {string} */ name) => ({
    value: values[key],
    onValue: (/** @type {string} */ value) => setValues({ ...values, [key]: value }),
    problem: problems[name] ?? null,
  });

  async function save() {
    setBusy(true);
    try {
      const format = /** @type {FormatName} */ (values.format);
      await post("/api/export-profiles", { name: values.name, format, options: optionsOf(values) });
      onDone();
    } catch (error) {
      if (error instanceof ApiError && error.fieldErrors.length > 0) {
        setProblems(Object.fromEntries(error.fieldErrors.map((each) => [each.field, each.message])));
      } else report(error);
    } finally {
      setBusy(false);
    }
  }

  return html`
    <${Dialog} title="New profile" action="Remember it" isBusy=${isBusy} onClose=${onClose} onAction=${save}>
      <${TextField} label="Name" maxLength=${60} ...${field("name", "name")} />
      <${SelectField} label="Format" options=${FORMATS} ...${field("format", "format")} />
      ${values.format === "datev" &&
      html`
        <${TextField} label="Consultant's number" ...${field("consultant", "options.datev.consultant")} />
        <${TextField} label="Client's number" ...${field("client", "options.datev.client")} />
        <${TextField} label="Fiscal year begins (MM-DD)" ...${field("yearBegin", "options.datev.fiscalYearBegin")} />
        <${TextField} label="Digits of an account" ...${field("accountLength", "options.datev.accountLength")} />
        <${TextField} label="Contra account" hint="What is credited, such as 1740." ...${field("contra", "options.contraAccount")} />
      `}
      ${(values.format === "datev" || values.format === "xero-bills") &&
      html`<${TextField} label="Account of all other categories" hint="Categories have accounts of their own, under Categories."
        ...${field("account", "options.other.account")} />`}
      ${values.format === "csv" &&
      html`<${SelectField} label="Between columns" options=${DELIMITERS} ...${field("delimiter", "options.delimiter")} />`}
      ${(values.format === "csv" || values.format === "pdf") &&
      html`<${SelectField} label="Decimal mark" options=${MARKS} ...${field("mark", "options.decimalMark")} />`}
      ${values.format !== "datev" && html`<${SelectField} label="Days" options=${DAYS} ...${field("days", "options.dateForm")} />`}
    <//>
  `;
}

/** @param {typeof FIRST} values @returns {Record<string, any>} */
function optionsOf(values) {
  const dateForm = values.days;
  if (values.format === "csv") return { delimiter: values.delimiter, decimalMark: values.mark, dateForm };
  if (values.format === "pdf") return { decimalMark: values.mark, dateForm };
  const other = { account: values.account || null };
  if (values.format === "xero-bills") return { other, dateForm };
  const datev = {
    consultant: Number(values.consultant),
    client: Number(values.client),
    fiscalYearBegin: values.yearBegin,
    accountLength: Number(values.accountLength),
  };
  return { other, contraAccount: values.contra || null, datev };
}
