// @ts-check
/** The inbox: the receipts of this visit first, in the order they were chosen, then the others, newest first. */

import { useEffect, useState } from "preact/hooks";

import { address } from "../../shell/address.js";
import { lastList } from "../../state/lists.js";
import { lazy } from "../../parts/lazy.js";
import { loadingText, store, uploads } from "../../state/runs.js";
import { may } from "../../state/session.js";
import { pictures } from "../thumbnails.js";
import { AddStrip, EmptyList } from "./adding.js";
import { lists } from "./addresses.js";
import { Batch } from "./batch.js";
import { ExportMenu } from "./export-menu.js";
import { rowModels } from "./models.js";
import { Rows } from "./rows.js";
import { Tabs } from "./tabs.js";
import { html, t } from "../../words.js";

/** @import { ListName } from "../../state/run-store.js" */

// With parts of the page that are loaded later anyway.
const Bulk = lazy(() => import("../../shell/views/expenses.js").then((module) => module.failed.default));
const JustAdded = lazy(() => import("../../shell/palette.js").then((module) => module.justAdded.default));
const MINUTE_MS = 60_000;

/** What was chosen in the list of failed ones. @type {Set<string>} */
const NONE = new Set();

export default function Inbox() {
  const name = listNow();
  const [chosen, choose] = useState(NONE);
  const [, setMinute] = useState(0);
  lastList.value = name;
  useEffect(() => {
    document.title = t`Inbox · Tillroll`;
    // "2 min ago" grows old.
    const timer = setInterval(() => !document.hidden && setMinute((before) => before + 1), MINUTE_MS);
    return () => clearInterval(timer);
  }, []);
  store.version.value;
  uploads.version.value;
  pictures.value;
  const models = rowModels(name, chosen);
  const isLoaded = store.isLoaded(name);
  const isEmpty = isLoaded && models.length === 0;
  const onSelect = (/** @type {string} */ key, /** @type {boolean} */ isChosen) =>
    // Of what is chosen by then: rows keep what they were given first.
    choose((before) => new Set(isChosen ? [...before, key] : [...before].filter((other) => other !== key)));
  return html`
    <section id="list-view" class="list-view" aria-labelledby="list-title">
      <h1 class="visually-hidden" id="list-title">Receipts</h1>
      <div class="list-head">
        <${Tabs} open=${name} />
        ${may("export") && html`<${ExportMenu} />`}
      </div>
      ${!(isEmpty && name === "all") && html`<${AddStrip} />`}
      <${Batch} />
      ${name === "all" && uploads.items.length > 0 && html`<${JustAdded} />`}
      ${name === "failed" && may("operate") && html`<${Bulk} chosen=${chosen} onChoose=${choose} />`}
      ${!isLoaded && models.length === 0 && html`<p class="rows-loading" id="rows-loading">${loadingText.value}</p>`}
      ${models.length > 0 && html`<${Rows} models=${models} onSelect=${onSelect} list=${name} />`}
      ${isEmpty && html`<${EmptyList} name=${name} />`}
    </section>
  `;
}

/** @returns {ListName} that the address names */
function listNow() {
  const path = address.value.pathname.replace(/(.)\/$/, "$1");
  return /** @type {ListName[]} */ (Object.keys(lists)).find((name) => lists[name] === path) ?? "all";
}
