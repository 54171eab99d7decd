// @ts-check
/** The audit: who did what, to which thing, and when; searched by person, thing, action and day; and its seals. */

import { useEffect, useState } from "preact/hooks";

import { get } from "../api/client.js";
import { date } from "../format.js";
import { DayField, Field, SelectField } from "../parts/fields.js";
import { PagedList } from "../parts/list.js";
import { Empty, View } from "../parts/view.js";
import { go } from "../shell/address.js";
import { usePages, useRequest } from "../state/request.js";
import { readDay, writtenDay } from "../values/day.js";
import { HEAD, row } from "./entries.js";
import { Seals } from "./seals.js";
import { thingOf } from "./words.js";
import { html, t } from "../words.js";

/** @import { Thing } from "../api/types.js" */
/** @import { ViewProps } from "../shell/routes.js" */

/** @typedef {{ person: string, about: string, name: string, action: string, from: string, to: string, all: string }} Asked */

const PAGE = 50;
const NAMES = /** @type {const} */ (["person", "about", "name", "action", "from", "to", "all"]);
const SEARCH_AFTER_MS = 250;

/** @param {ViewProps} props */
export default function Audit({ query }) {
  const asked = /** @type {Asked} */ (Object.fromEntries(NAMES.map((name) => [name, query.get(name) ?? ""])));
  const change = (/** @type {Partial<Asked>} */ changed) => go(addressOf({ ...asked, ...changed }), { replace: true });
  const { name, all, ...sent } = asked;
  // An action that a person chooses is shown, also where Tillroll did it by itself.
  const isWhole = all !== "" || sent.action !== "";
  const pages = usePages(
    (cursor, signal) => get("/api/audit/entries", { query: { ...sent, notes: isWhole, limit: PAGE, cursor }, signal }),
    [JSON.stringify(sent), isWhole],
  );
  const isNarrowed = Object.values(sent).some(Boolean);
  const empty = pages.hasMore
    ? html`<p><button type="button" class="button" onClick=${pages.more}>Search earlier entries</button></p>`
    : html`<${Empty} icon="search" title="Nothing is found"><p>No entry fits. Choose less, or other days.</p><//>`;
  return html`
    <${View} title="Audit">
      <${Seals} />
      <search class="card audit-search" aria-label="Search the audit">
        <${Choice} asked=${asked} onChange=${change} />
        ${isNarrowed && html`<button type="button" class="button small" onClick=${() => go(all ? "/audit?all=1" : "/audit", { replace: true })}>Clear all</button>`}
        <label class="check">
          <input type="checkbox" checked=${all !== ""} onChange=${() => change({ all: all ? "" : "1" })} />
          <span>Show all: also what Tillroll did by itself</span>
        </label>
      </search>
      <${PagedList} pages=${pages} label="Entries of the audit" head=${HEAD} row=${row} empty=${empty} />
    <//>
  `;
}

/** @param {Asked} asked */
function addressOf(asked) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(asked)) if (value) query.set(name, value);
  return query.size > 0 ? `/audit?${query}` : "/audit";
}

/** @param {{ asked: Asked, onChange: (changed: Partial<Asked>) => void }} props */
function Choice({ asked, onChange }) {
  const people = useRequest((signal) => get("/api/people", { signal }), []).answer?.items ?? [];
  const actions = useRequest((signal) => get("/api/audit/actions", { signal }), []).answer?.items ?? [];
  const persons = [{ value: "", label: t`Anyone` }, ...people.map(({ id, name }) => ({ value: id, label: name }))];
  const acts = [{ value: "", label: t`Anything` }, ...actions.map(({ action, says }) => ({ value: action, label: says }))];
  return html`
    <div class="fields-row audit-choice">
      <${SelectField} label="Person" value=${asked.person} options=${persons} onValue=${(/** @type {string} */ person) => onChange({ person })} />
      <${SelectField} label="Action" value=${asked.action} options=${acts} onValue=${(/** @type {string} */ action) => onChange({ action })} />
      <${About} asked=${asked} onChange=${onChange} />
      <${DayOf} label="From" value=${asked.from} onDay=${(/** @type {string} */ from) => onChange({ from })} />
      <${DayOf} label="To" value=${asked.to} onDay=${(/** @type {string} */ to) => onChange({ to })} />
    </div>
  `;
}

/** @param {{ label: string, value: string, onDay: (day: string) => void }} props */
function DayOf({ label, value, onDay }) {
  const [typed, type] = useState(writtenDay(value));
  useEffect(() => type(writtenDay(value)), [value]);
  const onValue = (/** @type {string} */ text) => {
    type(text);
    const read = readDay(text);
    if (!read.problem && (read.value ?? "") !== value) onDay(read.value ?? "");
  };
  return html`<${DayField} label=${label} value=${typed} onValue=${onValue} problem=${readDay(typed).problem} />`;
}

/** A thing by its name: what is typed offers those that there are. @param {{ asked: Asked, onChange: (changed: Partial<Asked>) => void }} props */
function About({ asked, onChange }) {
  const [text, type] = useState(asked.name);
  const [found, setFound] = useState(/** @type {Thing[]} */ ([]));
  useEffect(() => type(asked.name), [asked.name]);
  useEffect(() => {
    if (text.trim().length < 2 || text === asked.name) return setFound([]);
    const asking = new AbortController();
    const timer = setTimeout(async () => {
      const page = await get("/api/audit/things", { query: { q: text.trim() }, signal: asking.signal }).catch(() => null);
      if (page && !asking.signal.aborted) setFound(page.items);
    }, SEARCH_AFTER_MS);
    return () => (clearTimeout(timer), asking.abort());
  }, [text]);
  const onInput = (/** @type {Event} */ event) => {
    const { value } = /** @type {HTMLInputElement} */ (event.target);
    type(value);
    if (value === "" && asked.about) onChange({ about: "", name: "" });
  };
  const choose = (/** @type {Thing} */ thing) => (setFound([]), onChange({ about: thing.id, name: thing.name }));
  const onKeyDown = (/** @type {KeyboardEvent} */ event) => void (event.key === "Enter" && found[0] && choose(found[0]));
  return html`
    <${Field} label="About (merchant or payer)">
      ${(/** @type {Record<string, unknown>} */ given) => html`<input type="search" autocomplete="off" value=${text} onInput=${onInput} onKeyDown=${onKeyDown} ...${given} />`}
    <//>
    ${found.length > 0 &&
    html`
      <ul class="audit-things" aria-label="Found">
        ${found.map(
          (thing) => html`<li key=${thing.id}><button type="button" class="button small" onClick=${() => choose(thing)}>${thingOf(thing)}${thing.day ? `, ${date(thing.day)}` : ""}</button></li>`,
        )}
      </ul>
    `}
  `;
}
