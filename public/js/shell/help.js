// @ts-check
/** The keyboard's shortcuts, and the switch for them. */

import { useLayoutEffect, useRef } from "preact/hooks";
import { signal } from "@preact/signals";

import { allKeys, capsOf, GO_TO, setSingleKeys, singleKeys } from "../shortcuts.js";
import { isOffered, ROUTES } from "./routes.js";
import { html } from "../words.js";

const isShown = signal(false);

export function showHelp() {
  isShown.value = true;
}

/** @returns {[where: string, keys: [key: string, what: string][]][]} but the ways to what one is not offered */
function groups() {
  const ways = ROUTES.filter(isOffered).map(({ key }) => `g ${key}`);
  return allKeys().map(([where, keys]) => [where, where === GO_TO ? keys.filter(([key]) => ways.includes(key)) : keys]);
}

export function Help() {
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  useLayoutEffect(() => {
    if (isShown.value) dialog.current?.showModal();
  }, [isShown.value]);
  const onChange = (/** @type {Event} */ event) =>
    setSingleKeys(/** @type {HTMLInputElement} */ (event.currentTarget).checked);
  const onClose = () => {
    isShown.value = false;
  };
  return html`
    <dialog class="help" id="help" aria-labelledby="help-title" ref=${dialog} onClose=${onClose}>
      <h2 id="help-title">Keyboard shortcuts</h2>
      <div class="help-groups">
        ${isShown.value &&
        groups().map(
          ([where, keys]) => html`
            <section key=${where}>
              <h3>${where}</h3>
              <dl>
                ${keys.map(
                  ([key, what]) => html`
                    <div key=${key}>
                      <dt>${what}</dt>
                      <dd>${capsOf(key).map((cap) => html`<kbd key=${cap}>${cap}</kbd>${" "}`)}</dd>
                    </div>
                  `,
                )}
              </dl>
            </section>
          `,
        )}
      </div>
      <label class="check">
        <input type="checkbox" id="single-keys" checked=${singleKeys.value} onChange=${onChange} />
        ${" "}Single keys work as shortcuts
      </label>
      <form method="dialog"><button class="button primary">Close</button></form>
    </dialog>
  `;
}
