// @ts-check
/** Asks for an export: which days, which expenses of these, which format, by which profile; says what would be in it. */

import { useEffect, useState } from "preact/hooks";

import { ApiError, get, onceOnly, post } from "../api/client.js";
import { counted, money } from "../format.js";
import { announce } from "../notifications/notices.js";
import { CurrencyField, SelectField } from "../parts/fields.js";
import { report } from "../state/report.js";
import { useRequest } from "../state/request.js";
import { partsOf } from "../expenses/asked.js";
import { Chips } from "../expenses/chips.js";
import { TOO_MANY } from "../expenses/totals.js";
import { formatName, FORMATS } from "./formats.js";
import { PeriodFields, periodOf, readPeriod, thisMonth } from "./period.js";
import { html, t } from "../words.js";

/** @import { ExportFilter, FormatName, Profile, Totals, ExportWarning } from "../api/types.js" */
/** @import { Asked } from "../expenses/asked.js" */
/** @import { Days } from "./period.js" */

// What is handed on, of all that the list may find.
const HANDED_ON = ["ready", "approved"];
// Expenses of a warning that are led to by name.
const MOST_LINKS = 5;

/**
 * @param {object} props
 * @param {Asked} props.asked the filter in the address, as the list of expenses has it
 * @param {Profile[]} props.profiles
 * @param {string} props.asOf changes with what was exported, so that what is new is counted anew
 * @param {() => void} props.onAsked
 */
export function ExportForm({ asked, profiles, asOf, onAsked }) {
  const given = periodOf(asked);
  const isLed = partsOf(asked).length > 0 || Boolean(asked.q);
  const [period, setPeriod] = useState(given ?? { ...thisMonth(), ...(isLed && { kind: /** @type {const} */ ("all") }) });
  const [currency, setCurrency] = useState(asked.currency?.length === 1 ? (asked.currency[0] ?? "") : "");
  const [chosen, setChosen] = useState("csv");
  const [onlyNew, setOnlyNew] = useState(false);
  const [withDocuments, setWithDocuments] = useState(true);
  const [problems, setProblems] = useState(/** @type {Record<string, string>} */ ({}));
  const [isAsking, setAsking] = useState(false);

  const profile = profiles.find(({ id }) => id === chosen);
  const read = readPeriod(period);
  const filter = { ...carried(asked), ...read.days, ...(currency.length === 3 && { currency: [currency] }) };
  // What is new is known by days, currency and category alone.
  const isNarrower = Object.keys(filter).some((name) => !["from", "to", "currency", "category"].includes(name));
  const body = {
    format: /** @type {FormatName} */ (profile?.format ?? chosen),
    profile: profile?.id ?? null,
    filter: /** @type {ExportFilter} */ (filter),
    onlyNew: onlyNew && !isNarrower,
  };
  const text = JSON.stringify(body);
  const isBatch = body.format === "datev";
  useEffect(() => setProblems({}), [text]);

  async function ask(/** @type {Event} */ event) {
    event.preventDefault();
    if (Object.keys(read.problems).length > 0) return;
    setAsking(true);
    setProblems({});
    try {
      await post("/api/exports", body, { headers: onceOnly() });
      if (isBatch && withDocuments) await post("/api/exports", { ...body, format: "datev-documents", profile: null }, { headers: onceOnly() });
      announce(t`The file is being made.`);
      onAsked();
    } catch (error) {
      const known = error instanceof ApiError ? problemsOf(error) : {};
      if (Object.keys(known).length > 0) setProblems(known);
      else report(error);
    } finally {
      setAsking(false);
    }
  }

  const onNew = (/** @type {Event} */ event) => setOnlyNew(/** @type {HTMLInputElement} */ (event.target).checked);
  const options = [...FORMATS, ...profiles.map(({ id, name, format }) => ({ value: id, label: `${name} (${formatName(format)})` }))];
  const shown = { ...asked, from: undefined, to: undefined, ...(asked.currency?.length === 1 && { currency: undefined }) };
  return html`
    <form novalidate onSubmit=${ask}>
      ${(partsOf(shown).length > 0 || asked.q) &&
      html`
        <div class="export-found">
          <p>Of what the list of expenses found:</p>
          <${Chips} asked=${shown} at="/exports" hasText />
        </div>
      `}
      <div class="fields-row">
        <${PeriodFields}
          period=${period}
          onPeriod=${setPeriod}
          problems=${{ ...problems, ...read.problems }}
          label="Month of the expenses"
          hint="Without a month, all expenses."
        />
        ${(asked.currency?.length ?? 0) < 2 &&
        html`<${CurrencyField}
          label="Currency (such as EUR)"
          placeholder="all"
          value=${currency}
          onValue=${setCurrency}
          problem=${problems.currency ?? null}
        />`}
        <${SelectField} label="Format" value=${chosen} onValue=${setChosen} options=${options} problem=${problems.format ?? null} />
      </div>
      <label class="check">
        <input type="checkbox" checked=${onlyNew && !isNarrower} disabled=${isNarrower} onChange=${onNew} />
        ${" "}Only changes since the last export${isNarrower ? t`: by days, currency and category alone` : ""}
      </label>
      ${isBatch &&
      html`
        <label class="check">
          <input type="checkbox" checked=${withDocuments} onChange=${(/** @type {Event} */ event) => setWithDocuments(/** @type {HTMLInputElement} */ (event.target).checked)} />
          ${" "}With the documents, as a ZIP for DATEV Belegtransfer
        </label>
      `}
      <${Preview} body=${body} text=${`${text} ${asOf}`} />
      <${Duplicates} days=${read.days} />
      ${problems[""] && html`<p class="form-problem" role="alert">${problems[""]}</p>`}
      <p><button type="submit" class="button primary" disabled=${isAsking}>Export</button></p>
    </form>
  `;
}

/**
 * How many expenses it would be, and what they add up to.
 *
 * @param {{ body: { format: FormatName, profile: string | null, filter: ExportFilter, onlyNew: boolean }, text: string }} props
 *   `text` is what is asked, as one text
 */
function Preview({ body, text }) {
  // What cannot be exported is said when it is asked for.
  const { answer } = useRequest(async (signal) => {
    try {
      const [{ count, warnings }, totals] = await Promise.all([post("/api/exports/count", body, { signal }), sumsOf(body, signal)]);
      return { count, totals, warnings };
    } catch (error) {
      if (error instanceof ApiError && error.status === 422) return { count: null, totals: null, warnings: [] };
      throw error;
    }
  }, [text]);
  if (!answer || answer.count === null) return null;
  const { count, totals, warnings } = answer;
  const sums = totals && totals.count === count ? wordsOf(totals) : [];
  return html`
    <p class="export-sums" aria-live="polite">
      <span>${counted(count, "expense")} in it.</span>
      ${sums.map((each) => html`<span key=${each} class="money">${each}</span>`)}
    </p>
    ${warnings.map((warning) => html`<${Warned} key=${warning.code} warning=${warning} />`)}
  `;
}

/** Pairs of these days that may be one purchase. @param {{ days: Days }} props */
function Duplicates({ days: { from, to } }) {
  const { answer } = useRequest((signal) => get("/api/duplicates/count", { query: { from, to }, signal }), [from, to]);
  if (!answer || answer.pairs === 0) return null;
  return html`
    <p class="export-warning">
      <a href="/duplicates">${counted(answer.pairs, "possible duplicate", "possible duplicates")}</a>
    </p>
  `;
}

/** What would be booked elsewhere than one may think. @param {{ warning: ExportWarning }} props */
function Warned({ warning: { message, count, expenses, names } }) {
  const shown = expenses.slice(0, MOST_LINKS);
  return html`
    <p class="export-warning">
      ${message}${" "}
      ${shown.map((id, place) => html`<a key=${id} href=${`/expenses/${id}`}>${names[place] || place + 1}</a>${place + 1 < shown.length ? ", " : " "}`)}
      ${count > shown.length && t`and ${count - shown.length} more`}
    </p>
  `;
}

/**
 * @param {{ filter: ExportFilter, onlyNew: boolean }} body
 * @param {AbortSignal} signal
 */
async function sumsOf({ filter, onlyNew }, signal) {
  if (onlyNew) return null;
  const asked = /** @type {string[] | undefined} */ (filter.status);
  const status = asked ? asked.filter((each) => HANDED_ON.includes(each)) : HANDED_ON;
  const query = /** @type {any} */ ({ ...filter, status });
  return get("/api/expenses/totals", { query, signal }).catch((error) => {
    if (error instanceof ApiError && error.code === TOO_MANY) return null;
    throw error;
  });
}

/** @param {Totals} totals */
function wordsOf({ base, currencies, count }) {
  const own = currencies.map(({ currency, total }) => money(total, currency));
  return base && currencies.length > 1 && base.count === count ? [...own, t`total ${money(base.total, base.currency)}`] : own;
}

/** What of the list's filter goes with every period and currency. @param {Asked} asked */
function carried({ from: _from, to: _to, sort: _sort, currency, ...rest }) {
  return (currency?.length ?? 0) > 1 ? { ...rest, currency } : rest;
}

/**
 * What is refused, by the field that it stands beside; "" for the form as a whole.
 *
 * @param {ApiError} error
 * @returns {Record<string, string>}
 */
function problemsOf(error) {
  if (error.fieldErrors.length === 0) return error.status === 409 ? { "": error.message } : {};
  /** @type {Record<string, string>} */
  const places = { "filter.currency": "currency", "filter.from": "from", "filter.to": "to", profile: "format", format: "format" };
  return Object.fromEntries(error.fieldErrors.map(({ field, message }) => [places[field] ?? "", message]));
}
