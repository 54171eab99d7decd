// @ts-check
/** Filters that are kept under a name: shown as links, kept, renamed, shared and deleted. */

import { useState } from "preact/hooks";

import { del, get, onceOnly, patch, post } from "../api/client.js";
import { Dialog } from "../parts/dialog.js";
import { TextField } from "../parts/fields.js";
import { sentenceOf, useRequest } from "../state/request.js";
import { may } from "../state/session.js";
import { addressOf, partsOf } from "./asked.js";
import { html, t } from "../words.js";

/** @import { View } from "../api/types.js" */
/** @import { Asked } from "./asked.js" */

/** @param {{ asked: Asked }} props */
export function KeptViews({ asked }) {
  const { answer, again } = useRequest((signal) => get("/api/expense-views", { signal }), []);
  const [edited, edit] = useState(/** @type {View | "new" | null} */ (null));
  const here = addressOf(asked);
  const views = answer?.items ?? [];
  const open = views.find((view) => addressOfView(view) === here);
  const isAsked = partsOf(asked).length > 0 || Boolean(asked.q);
  const close = () => edit(null);
  const done = () => {
    close();
    again();
  };
  if (views.length === 0 && !isAsked) return null;
  return html`
    <div class="kept-views">
      ${views.length > 0 &&
      html`
        <ul class="chips" aria-label="Kept views">
          ${views.map(
            (view) => html`
              <li key=${view.id}>
                <a class="chip" href=${addressOfView(view)} aria-current=${view === open ? "true" : null}>${view.name}</a>
              </li>
            `,
          )}
        </ul>
      `}
      ${open
        ? may("edit") &&
          html`<button type="button" class="button small" onClick=${() => edit(open)}>Change this view…</button>`
        : isAsked && may("edit") && html`<button type="button" class="button small" onClick=${() => edit("new")}>Keep as a view…</button>`}
      ${edited && html`<${ViewDialog} view=${edited === "new" ? null : edited} asked=${asked} onClose=${close} onDone=${done} />`}
    </div>
  `;
}

/** @param {{ view: View | null, asked: Asked, onClose: () => void, onDone: () => void }} props */
function ViewDialog({ view, asked, onClose, onDone }) {
  const [name, setName] = useState(view?.name ?? "");
  const [isShared, share] = useState(view?.isShared ?? false);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState(/** @type {string | null} */ (null));
  /** @param {() => Promise<unknown>} ask */
  async function doIt(ask) {
    setBusy(true);
    try {
      await ask();
      onDone();
    } catch (error) {
      setProblem(problemOf(error));
      setBusy(false);
    }
  }
  const { sort = "-date", ...filter } = asked;
  const path = { view_id: view?.id ?? "" };
  const keep = () =>
    doIt(() =>
      view
        ? patch("/api/expense-views/{view_id}", { name, isShared }, { path })
        : post("/api/expense-views", { name, filter, sort, isShared }, { headers: onceOnly() }),
    );
  const onShare = (/** @type {Event} */ event) => share(/** @type {HTMLInputElement} */ (event.target).checked);
  return html`
    <${Dialog}
      title=${view ? t`Change this view` : t`Keep as a view`}
      action=${view ? t`Save` : t`Keep it`}
      ...${{ isBusy, problem, onClose, onAction: keep }}
    >
      <${TextField} label="Name" value=${name} onValue=${setName} required maxLength=${80} />
      <label class="check"><input type="checkbox" checked=${isShared} onChange=${onShare} /> Everybody in the account sees it</label>
      ${view &&
      html`
        <button
          type="button"
          class="button small danger"
          disabled=${isBusy}
          onClick=${() => doIt(() => del("/api/expense-views/{view_id}", { path }))}
        >
          Delete this view
        </button>
      `}
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
