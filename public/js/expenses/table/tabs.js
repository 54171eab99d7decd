// @ts-check
/** Views of the table as tabs: those to begin with, and filters that people save under a name. */

import { useState } from "preact/hooks";

import { del, get, onceOnly, patch, post } from "../../api/client.js";
import { Dialog } from "../../parts/dialog.js";
import { TextField } from "../../parts/fields.js";
import { Icon } from "../../parts/icon.js";
import { Menu } from "../../parts/menu.js";
import { go } from "../../shell/address.js";
import { sentenceOf, useRequest } from "../../state/request.js";
import { may, session } from "../../state/session.js";
import { addressOf, partsOf } from "../asked.js";
import { html, t } from "../../words.js";

/** @import { View } from "../../api/types.js" */
/** @import { Asked } from "../asked.js" */

/** @typedef {{ name: string, at: string, view: View | null }} Tab */

const ALL = "/expenses";

/** @returns {Tab[]} */
function starters() {
  return [
    { name: t`All`, at: ALL, view: null },
    { name: t`Needs review`, at: addressOf({ status: ["in_review"] }), view: null },
    { name: t`To approve`, at: addressOf({ status: ["ready"] }), view: null },
    { name: t`No category`, at: addressOf({ missing: ["category"] }), view: null },
  ];
}

function key() {
  return `tillroll.expense-view.${session.value?.user.id ?? ""}`;
}

/** The address of the view that a person opens first, on this device; null for all expenses. */
export function firstView() {
  return localStorage.getItem(key());
}

/** @param {string | null} at */
function openFirst(at) {
  if (at) localStorage.setItem(key(), at);
  else localStorage.removeItem(key());
}

/** @param {{ asked: Asked, understood: Asked | null }} props */
export function ViewTabs({ asked, understood }) {
  const { answer, again } = useRequest((signal) => get("/api/expense-views", { signal }), []);
  const [edited, edit] = useState(/** @type {View | "new" | null} */ (null));
  const [first, setFirst] = useState(firstView());
  const own = (answer?.items ?? []).map((view) => ({ name: view.name, at: addressOfView(view), view }));
  const tabs = [...starters(), ...own];
  const what = understood ?? asked;
  const here = addressOf({ ...what, sort: asked.sort === "-date" ? "" : asked.sort });
  const open = tabs.find(({ at }) => at === here);
  const isAsked = partsOf(what).length > 0 || Boolean(what.q);
  const leave = () => edit(null);
  const done = (/** @type {View | null} */ view) => {
    leave();
    again();
    if (view) go(addressOfView(view));
    else go(all);
  };
  // Where another view is opened first, its address alone would lead there.
  const all = first ? `${ALL}?sort=-date` : ALL;
  const isFirst = open?.at === (first ?? ALL);
  const onFirst = () => {
    openFirst(isFirst || !open || open.at === ALL ? null : open.at);
    setFirst(firstView());
  };
  const canEdit = open?.view && may("edit") && (open.view.isOwn || may("administer"));
  return html`
    <nav class="view-tabs" aria-label="Tabs of the table">
      <ul>
        ${tabs.map((tab) => html`<li key=${tab.at}><a href=${tab.at === ALL ? all : tab.at} aria-current=${tab === open ? "page" : null}>${tab.name}</a></li>`)}
      </ul>
      ${open &&
      html`
        <${Menu} label="This view">
          ${(/** @type {() => void} */ close) => html`
            <button type="button" aria-pressed=${isFirst} onClick=${() => (close(), onFirst())}>${isFirst && html`<${Icon} name="check" />`}<span>Open this view first</span></button>
            ${canEdit && html`<button type="button" onClick=${() => (close(), edit(open.view))}>Rename, share or delete …</button>`}
          `}
        <//>
      `}
      ${!open && isAsked && may("edit") && html`<button type="button" class="button small" onClick=${() => edit("new")}>Save as a view …</button>`}
      ${edited && html`<${ViewDialog} view=${edited === "new" ? null : edited} asked=${what} sort=${asked.sort} onClose=${leave} onDone=${done} />`}
    </nav>
  `;
}

/**
 * @param {object} props
 * @param {View | null} props.view
 * @param {Asked} props.asked
 * @param {string} [props.sort]
 * @param {() => void} props.onClose
 * @param {(view: View | null) => void} props.onDone null where it was deleted
 */
function ViewDialog({ view, asked, sort = "-date", onClose, onDone }) {
  const [name, setName] = useState(view?.name ?? "");
  const [isShared, share] = useState(view?.isShared ?? false);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState(/** @type {string | null} */ (null));
  /** @param {() => Promise<View | null>} ask */
  async function doIt(ask) {
    setBusy(true);
    try {
      onDone(await ask());
    } catch (error) {
      setProblem(problemOf(error));
      setBusy(false);
    }
  }
  const { sort: _, ...filter } = asked;
  const path = { view_id: view?.id ?? "" };
  const keep = () =>
    doIt(() =>
      view
        ? patch("/api/expense-views/{view_id}", { name, isShared }, { path })
        : post("/api/expense-views", { name, filter, sort, isShared }, { headers: onceOnly() }),
    );
  const remove = () => doIt(() => del("/api/expense-views/{view_id}", { path }).then(() => null));
  const onShare = (/** @type {Event} */ event) => share(/** @type {HTMLInputElement} */ (event.target).checked);
  return html`
    <${Dialog} title=${view ? t`Change this view` : t`Save as a view`} action=${t`Save`} ...${{ isBusy, problem, onClose, onAction: keep }}>
      <${TextField} label="Name" value=${name} onValue=${setName} required maxLength=${80} />
      <label class="check"><input type="checkbox" checked=${isShared} onChange=${onShare} /> Everybody in the account sees it</label>
      ${view && html`<button type="button" class="button small danger" disabled=${isBusy} onClick=${remove}>Delete this view</button>`}
    <//>
  `;
}

/** @param {unknown} error */
function problemOf(error) {
  const fields = /** @type {{ fieldErrors?: { message: string }[] }} */ (error).fieldErrors ?? [];
  return fields[0]?.message ?? sentenceOf(error);
}

/** @param {View} view */
function addressOfView({ filter, sort }) {
  return addressOf({ ...filter, sort: sort === "-date" ? "" : sort });
}
