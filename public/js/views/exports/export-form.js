// @ts-check
/** Asks for an export: which month, which currency, which format, by which profile; says how many expenses that is. */

import { html } from "htm/preact";
import { useState } from "preact/hooks";

import { ApiError, post } from "../../api/client.js";
import { daysOf } from "../../exports.js";
import { counted } from "../../format.js";
import { CurrencyField, Field, SelectField } from "../../parts/fields.js";
import { report } from "../../state/report.js";
import { useRequest } from "../../state/request.js";
import { formatName } from "./formats.js";

/** @import { FormatName, ProfileShape } from "../../api/types.js" */

/** Formats that need no profile. @type {{ value: FormatName, label: string }[]} */
const FORMATS = [
  { value: "csv", label: "CSV, for spreadsheets" },
  { value: "xlsx", label: "Excel (XLSX)" },
  { value: "pdf", label: "PDF report with pictures" },
  { value: "zip", label: "ZIP with the originals" },
  { value: "quickbooks", label: "QuickBooks Online (bank CSV)" },
  { value: "xero-statement", label: "Xero (bank statement)" },
  { value: "hledger", label: "hledger" },
  { value: "beancount", label: "beancount" },
  { value: "jsonl", label: "JSON Lines, for programs" },
];

/**
 * @param {object} props
 * @param {ProfileShape[]} props.profiles
 * @param {string} props.asOf changes with what was exported, so that what is new is counted anew
 * @param {() => void} props.onAsked
 * @param {() => void} props.onProfile a new profile is wanted
 */
export function ExportForm({ profiles, asOf, onAsked, onProfile }) {
  const [month, setMonth] = useState(new Date().toLocaleDateString("sv").slice(0, "2026-03".length));
  const [currency, setCurrency] = useState("");
  const [chosen, setChosen] = useState("csv");
  const [onlyNew, setOnlyNew] = useState(false);
  const [problem, setProblem] = useState(/** @type {string | null} */ (null));
  const [isAsking, setAsking] = useState(false);

  const profile = profiles.find(({ id }) => id === chosen);
  const body = {
    format: /** @type {FormatName} */ (profile?.format ?? chosen),
    profile: profile?.id ?? null,
    filter: { ...daysOf(month), ...(currency.length === 3 && { currency }) },
    onlyNew,
  };
  // What cannot be exported is said when it is asked for.
  const count = useRequest(() => post("/api/exports/count", body).catch(() => null), [JSON.stringify(body), asOf]);

  async function ask(/** @type {Event} */ event) {
    event.preventDefault();
    setAsking(true);
    setProblem(null);
    try {
      await post("/api/exports", body);
      onAsked();
    } catch (error) {
      const known = error instanceof ApiError && (error.fieldErrors[0]?.message ?? (error.status === 409 && error.message));
      if (known) setProblem(known);
      else report(error);
    } finally {
      setAsking(false);
    }
  }

  const onMonth = (/** @type {Event} */ event) => setMonth(/** @type {HTMLInputElement} */ (event.target).value);
  const onNew = (/** @type {Event} */ event) => setOnlyNew(/** @type {HTMLInputElement} */ (event.target).checked);
  const options = [...FORMATS, ...profiles.map(({ id, name, format }) => ({ value: id, label: `${name} (${formatName(format)})` }))];
  return html`
    <form class="fields-row" novalidate onSubmit=${ask}>
      <${Field} label="Month of the expenses" hint="Without a month, all expenses.">
        ${(/** @type {Record<string, unknown>} */ given) =>
          html`<input type="month" placeholder="YYYY-MM" value=${month} onInput=${onMonth} ...${given} />`}
      <//>
      <${CurrencyField} label="Only expenses in (such as EUR)" placeholder="all" value=${currency} onValue=${setCurrency} problem=${problem} />
      <${SelectField} label="Format" value=${chosen} onValue=${setChosen} options=${options}
        hint=${count.answer && `${counted(count.answer.count, "expense")} in it.`} />
      <label class="check">
        <input type="checkbox" checked=${onlyNew} onChange=${onNew} /> Only what is new since the last one, with corrections
      </label>
      <button type="submit" class="button primary" disabled=${isAsking}>Export</button>
      <button type="button" class="button" onClick=${onProfile}>New profile for DATEV, Xero or CSV …</button>
    </form>
  `;
}
