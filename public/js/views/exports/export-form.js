// @ts-check
/** Asks for an export: which month, which currency, which format. */

import { html } from "htm/preact";
import { useState } from "preact/hooks";

import { ApiError, post } from "../../api/client.js";
import { daysOf } from "../../exports.js";
import { CurrencyField, Field, SelectField } from "../../parts/fields.js";
import { report } from "../../state/report.js";

/** @import { FormatName } from "../../api/types.js" */

/** @type {{ value: FormatName, label: string }[]} */
const FORMATS = [
  { value: "csv", label: "CSV, for spreadsheets" },
  { value: "xlsx", label: "Excel (XLSX)" },
  { value: "quickbooks", label: "QuickBooks Online (bank CSV)" },
  { value: "hledger", label: "hledger" },
  { value: "beancount", label: "beancount" },
  { value: "jsonl", label: "JSON Lines, for programs" },
];

/** @param {{ onAsked: () => void }} props */
export function ExportForm({ onAsked }) {
  const [month, setMonth] = useState(new Date().toLocaleDateString("sv").slice(0, "2026-03".length));
  const [currency, setCurrency] = useState("");
  const [format, setFormat] = useState("csv");
  const [problem, setProblem] = useState(/** @type {string | null} */ (null));
  const [isAsking, setAsking] = useState(false);

  async function ask(/** @type {Event} */ event) {
    event.preventDefault();
    setAsking(true);
    setProblem(null);
    try {
      const filter = { ...daysOf(month), ...(currency && { currency }) };
      await post("/api/exports", { format: /** @type {FormatName} */ (format), filter });
      onAsked();
    } catch (error) {
      const field = error instanceof ApiError ? error.fieldErrors[0] : undefined;
      if (field) setProblem(field.message);
      else report(error);
    } finally {
      setAsking(false);
    }
  }

  const onMonth = (/** @type {Event} */ event) => setMonth(/** @type {HTMLInputElement} */ (event.target).value);
  return html`
    <form class="fields-row" novalidate onSubmit=${ask}>
      <${Field} label="Month of the expenses" hint="Without a month, all expenses.">
        ${(/** @type {Record<string, unknown>} */ given) =>
          html`<input type="month" placeholder="YYYY-MM" value=${month} onInput=${onMonth} ...${given} />`}
      <//>
      <${CurrencyField} label="Only expenses in (such as EUR)" placeholder="all" value=${currency} onValue=${setCurrency} problem=${problem} />
      <${SelectField} label="Format" value=${format} onValue=${setFormat} options=${FORMATS} />
      <button type="submit" class="button primary" disabled=${isAsking}>Export</button>
    </form>
  `;
}
