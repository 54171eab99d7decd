// @ts-check
/** What our words are in the books: categories, tax rates and people; what has no place yet comes first. */

import { useEffect, useState } from "preact/hooks";

import { ApiError, get, post, put } from "../api/client.js";
import { counted } from "../format.js";
import { notify } from "../notifications/notices.js";
import { Icon } from "../parts/icon.js";
import { Moment } from "../parts/values.js";
import { View, Waiting } from "../parts/view.js";
import { go } from "../shell/address.js";
import { report, showIfOver } from "../state/report.js";
import { sentenceOf, useRequest } from "../state/request.js";
import { may } from "../state/session.js";
import { addressOf } from "./addresses.js";
import { AddWord } from "./add-word.js";
import { GROUPS, isChanged, keyOf, leftOf, problemsOf, rowsOf, withCode, withWord, wordName, wordsOf } from "./mapping-rows.js";
import { offersFor } from "./offers.js";
import { usePeople } from "./people.js";
import { BeforeFirst, SyncNow } from "./sync-now.js";
import { html, t } from "../words.js";

/** @import { BooksChart, BooksConnection, BooksMappingShown } from "../api/types.js" */
/** @import { Row, What } from "./mapping-rows.js" */
/** @import { ViewProps } from "../shell/routes.js" */

/** @type {Set<What>} */
const OF_CLAIMS = new Set(["income", "output_tax"]);

/** @param {ViewProps} props */
export default function Mapping({ params: { id = "" } }) {
  const path = { connection_id: id };
  const connection = useRequest((signal) => get("/api/books/connections/{connection_id}", { path, signal }), [id]);
  const chart = useChart(id, connection.answer);
  const readAt = chart.isKnown ? (chart.answer?.readAt ?? "never") : null;
  // Which rates are offered depends on the tax codes of the books: it is asked for once they are known.
  const mapping = useRequest(async (signal) => readAt && { readAt, kept: await get("/api/books/connections/{connection_id}/mapping", { path, signal }) }, [id, readAt]);
  const kept = mapping.answer && mapping.answer.readAt === readAt ? mapping.answer.kept : null;
  const people = usePeople();
  const isFirst = connection.answer?.status === "connected" && !connection.answer.firstSyncAt && may("export");
  const actions = html`
    ${isFirst && html`<${SyncNow} connection=${connection.answer} onBegun=${() => go(addressOf(id))} />`}
    <a class="button" href=${`/books/${id}/dry-run`}>Dry run</a>
    ${may("export") && html`<button type="button" class="button" disabled=${chart.isBusy} onClick=${chart.read}>${chart.isBusy ? t`Reading …` : t`Read the accounts again`}</button>`}
  `;
  const isThere = connection.answer && kept && people;
  return html`
    <${View} title="Mapping" actions=${actions}>
      <p class="back-link"><a href=${addressOf(id)}>${connection.answer?.name ?? t`Connection`}</a></p>
      <${BeforeFirst} connection=${connection.answer} />
      <${Waiting} problem=${connection.problem ?? mapping.problem} isLoading=${!isThere} onAgain=${() => (connection.again(), mapping.again())} />
      ${chart.problem && html`<p class="form-problem" role="alert">${chart.problem}</p>`}
      ${isThere && html`<${Form} key=${readAt} ...${{ id, people, kept, chart: chart.answer }} onSaved=${(/** @type {BooksMappingShown} */ saved) => readAt && mapping.set({ readAt, kept: saved })} />`}
    <//>
  `;
}

/**
 * The accounts and tax codes, as they were read last; the first time they are read by themselves.
 *
 * @param {string} id
 * @param {BooksConnection | null} connection null while it is asked for
 */
function useChart(id, connection) {
  const path = { connection_id: id };
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState(/** @type {string | null} */ (null));
  const [answer, set] = useState(/** @type {BooksChart | null} */ (null));
  const [isKnown, setKnown] = useState(false);
  async function read() {
    setBusy(true);
    setProblem(null);
    try {
      set(await post("/api/books/connections/{connection_id}/chart", null, { path }));
    } catch (error) {
      if (!showIfOver(error)) setProblem(sentenceOf(error));
    } finally {
      setBusy(false);
      setKnown(true);
    }
  }
  useEffect(() => {
    if (!connection) return;
    if (connection.chartAt) get("/api/books/connections/{connection_id}/chart", { path }).then(set, report).finally(() => setKnown(true));
    else if (may("export")) void read();
    else setKnown(true);
  }, [connection]);
  return { answer, problem, isBusy, isKnown, read };
}

/**
 * @param {object} props
 * @param {string} props.id
 * @param {BooksMappingShown} props.kept
 * @param {BooksChart | null} props.chart
 * @param {Map<string, string>} props.people
 * @param {(saved: BooksMappingShown) => void} props.onSaved
 */
function Form({ id, kept, chart, people, onSaved }) {
  const [rows, change] = useState(() => rowsOf(kept, chart, people));
  const [problems, setProblems] = useState(/** @type {Map<string, string>} */ (new Map()));
  const [problem, setProblem] = useState(/** @type {string | null} */ (null));
  const [isBusy, setBusy] = useState(false);
  const left = leftOf(rows);
  const proposed = rows.filter((each) => each.isProposed).length;
  const mayChange = may("export");

  async function save() {
    setBusy(true);
    setProblems(new Map());
    setProblem(null);
    try {
      const saved = await put("/api/books/connections/{connection_id}/mapping", { words: wordsOf(rows) }, { path: { connection_id: id } });
      onSaved(saved);
      change(rowsOf(saved, chart, people));
      // The button that had the focus goes.
      /** @type {HTMLElement | null} */ (document.querySelector("main h1"))?.focus({ preventScroll: true });
      notify(saved.unmapped.length === 0 ? t`Saved. Each word has its place.` : t`Saved. ${counted(saved.unmapped.length, "word")} still without a place.`, { kind: "success" });
    } catch (error) {
      if (showIfOver(error)) return;
      const found = error instanceof ApiError ? problemsOf(rows, error.fieldErrors) : new Map();
      setProblems(found);
      if (found.size === 0) setProblem(sentenceOf(error));
    } finally {
      setBusy(false);
    }
  }

  const onSubmit = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (!isBusy) void save();
  };
  const groups = GROUPS.map((group) => ({ ...group, rows: rows.filter(({ what }) => what === group.what) }));
  const shown = (/** @type {typeof groups} */ some) =>
    some.map((group) => html`<${Group} key=${group.what} ...${{ group, chart, people, problems, mayChange, needsTaxCodes: kept.needsTaxCodes }} onCode=${(/** @type {string} */ word, /** @type {string | null} */ code) => change(withCode(rows, group.what, word, code))} onWord=${(/** @type {string} */ word) => change(withWord(rows, group.what, word))} />`);
  // Most companies charge their customers nothing by it.
  const areClaimsFolded = groups.every((group) => !OF_CLAIMS.has(group.what) || group.rows.length === 0);
  const [claims, costs] = [true, false].map((isOf) => groups.filter(({ what }) => OF_CLAIMS.has(what) === isOf));
  return html`
    <form class="books-mapping" novalidate onSubmit=${onSubmit}>
      <p class="books-answer" data-whole=${left + proposed === 0} role="status">
        <${Icon} name=${left + proposed === 0 ? "check" : "alert"} />
        <span>
          <strong>${standing(left, proposed)}</strong>
          <span class="quiet">${[left > 0 && proposed > 0 && t`${counted(proposed, "place is", "places are")} proposed: look, and save.`, !kept.isWhole && t`The first 5,000 changes were looked at.`].filter(Boolean).join(" ")} ${chart && html`${chart.company}'s accounts, read <${Moment} at=${chart.readAt} />.`}</span>
        </span>
      </p>
      ${shown(costs ?? [])}
      ${areClaimsFolded ? mayChange && html`<details class="books-more"><summary>What customers are charged</summary>${shown(claims ?? [])}</details>` : shown(claims ?? [])}
      ${problem && html`<p class="form-problem" role="alert">${problem}</p>`}
      ${problems.size > 0 && html`<p class="form-problem" role="alert">${counted(problems.size, "place")} cannot be taken. See beside each.</p>`}
      ${mayChange && isChanged(rows, kept) && html`<div class="save-bar books-save"><button type="submit" class="button primary" disabled=${isBusy}>Save the mapping</button> <span class="quiet">What is in the books stays as it is until it changes.</span></div>`}
    </form>
  `;
}

/** @param {number} left words without a place @param {number} proposed places that nobody has saved yet */
function standing(left, proposed) {
  if (left > 0) return t`${counted(left, "word has", "words have")} no place yet.`;
  return proposed > 0 ? t`${counted(proposed, "place is", "places are")} proposed: look, and save.` : t`Each word has its place.`;
}

/**
 * @param {object} props
 * @param {{ what: What, title: string, says: string, rows: Row[] }} props.group
 * @param {BooksChart | null} props.chart
 * @param {Map<string, string>} props.people
 * @param {Map<string, string>} props.problems
 * @param {boolean} props.mayChange
 * @param {boolean} props.needsTaxCodes
 * @param {(word: string, code: string | null) => void} props.onCode
 * @param {(word: string) => void} props.onWord
 */
function Group({ group, chart, people, problems, mayChange, needsTaxCodes, onCode, onWord }) {
  const { what, title, says, rows } = group;
  return html`
    <section class="card" aria-labelledby=${`map-${what}`}>
      <div class="section-head"><div><h2 id=${`map-${what}`}>${title}</h2><p class="quiet">${says}</p></div></div>
      ${rows.length > 0 &&
      html`
        <ul class="books-words" aria-label=${title}>
          ${rows.map((row) => html`<${Word} key=${keyOf(row)} ...${{ row, chart, people, mayChange, needsTaxCodes }} problem=${problems.get(keyOf(row))} onCode=${(/** @type {string | null} */ code) => onCode(row.word, code)} />`)}
        </ul>
      `}
      ${mayChange && html`<${AddWord} ...${{ what, rows, people, onWord }} />`}
    </section>
  `;
}

// What a select has for a word without a place; no code is called so.
const NOWHERE = "\u0000";

/** @param {{ value: string, label: string }} option */
function shownOption({ value, label }) {
  return html`<option key=${value} value=${value}>${label}</option>`;
}

/** @param {{ row: Row, chart: BooksChart | null, people: Map<string, string>, problem: string | undefined, mayChange: boolean, needsTaxCodes: boolean, onCode: (code: string | null) => void }} props */
function Word({ row, chart, people, problem, mayChange, needsTaxCodes, onCode }) {
  const { what, word, code, items, isProposed } = row;
  const name = wordName(what, word, people);
  const id = `map-${keyOf(row)}`.replace(/\s/g, "_");
  const given = { id, disabled: !mayChange, "aria-invalid": problem ? "true" : null, "aria-describedby": problem ? `${id}-problem` : null };
  const isText = what === "person" || !chart;
  const onInput = (/** @type {Event} */ event) => {
    const text = /** @type {HTMLInputElement | HTMLSelectElement} */ (event.target).value;
    onCode(text === NOWHERE || (isText && text === "") ? null : text);
  };
  return html`
    <li class="books-word" data-open=${items > 0 && code === null}>
      <label for=${id}>${name}${items > 0 && html` <span class="quiet">${counted(items, "item")}${code === null ? t` without a place` : ""}</span>`}</label>
      <div class="books-place">
        ${isText
          ? html`<input type="text" autocomplete="off" spellcheck=${false} value=${code ?? ""} placeholder=${what === "person" ? t`The contact's name in the books` : t`The code in the books`} onInput=${onInput} ...${given} />`
          : html`<select value=${code ?? NOWHERE} onChange=${onInput} ...${given}>
              <option value=${NOWHERE}>Choose …</option>
              ${offersFor(what, word, code, chart, needsTaxCodes).map(({ label, options }) => (label ? html`<optgroup key=${label} label=${label}>${options.map(shownOption)}</optgroup>` : options.map(shownOption)))}
            </select>`}
        ${isProposed && html`<span class="pill" data-status="processing">Proposed</span>`}
      </div>
      ${problem && html`<p class="input-problem" id=${`${id}-problem`} role="alert">${problem}</p>`}
    </li>
  `;
}
