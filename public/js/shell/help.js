// @ts-check
/** The keyboard's shortcuts, and the switch for them. */

import { html } from "htm/preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { signal } from "@preact/signals";

import { IS_APPLE, setSingleKeys, singleKeys, useShortcuts } from "../shortcuts.js";

const isShown = signal(false);

export function showHelp() {
  isShown.value = true;
}

const MOD = IS_APPLE ? "⌘" : "Ctrl";
/** @type {[what: string, keys: string[]][]} */
const KEYS = [
  ["Add receipts", ["a"]],
  ["Next receipt, previous receipt", ["j", "k"]],
  ["In the list of expenses: choose, choose on the way down or up", ["x", "J", "K"]],
  ["At the bank: next entry, previous entry", ["j", "k"]],
  ["Accept the match, decline it, undo the last decision", ["a", "d", "u"]],
  ["Search for a document, split over several", ["s", "x"]],
  ["Give a reason, ask a person for the document", ["r", "p"]],
  ["Take the category that is proposed (while typing: with " + MOD + ")", ["."]],
  ["Approve", [MOD, "Enter"]],
  ["Reject", ["x"]],
  ["Leave a field, go back to the list", ["Esc"]],
  ["In the picture: zoom, turn, fit", ["+", "−", "r", "0"]],
  ["This help", ["?"]],
];

export function Help() {
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  useShortcuts({ "?": showHelp });
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
      <dl>
        ${KEYS.map(
          ([what, keys]) => html`
            <div key=${what}>
              <dt>${what}</dt>
              <dd>${keys.map((key) => html`<kbd key=${key}>${key}</kbd>${" "}`)}</dd>
            </div>
          `,
        )}
      </dl>
      <label class="check">
        <input type="checkbox" id="single-keys" checked=${singleKeys.value} onChange=${onChange} />
        ${" "}Single keys work as shortcuts
      </label>
      <form method="dialog"><button class="button primary">Close</button></form>
    </dialog>
  `;
}
