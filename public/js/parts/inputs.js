// @ts-check
/** Inputs of more than one part: an amount whose sign a phone's keypad lacks, and a day that can be picked. */

import { useRef } from "preact/hooks";

import { readDay, writtenDay } from "../values/day.js";
import { Icon } from "./icon.js";
import { html } from "../words.js";

/** @import { Ref } from "preact" */

/**
 * @typedef {object} InputProps
 * @property {string} value as it is typed
 * @property {(text: string) => void} onText
 * @property {Record<string, unknown>} [attributes] of the input
 * @property {Ref<HTMLInputElement>} [inputRef]
 */

/** @param {Event} event */
function textOf(event) {
  return /** @type {HTMLInputElement} */ (event.target).value;
}

/** @param {InputProps} props */
export function AmountInput({ value, onText, attributes, inputRef }) {
  // The decimal keypad of some phones has one mark and no minus.
  const flip = () => onText(/^\s*[-−]/.test(value) ? value.replace(/^\s*[-−]\s*/, "") : `-${value.trim()}`);
  return html`
    <span class="input-group">
      <input
        type="text"
        inputmode="decimal"
        autocomplete="off"
        spellcheck=${false}
        value=${value}
        ref=${inputRef}
        onInput=${(/** @type {Event} */ event) => onText(textOf(event))}
        ...${attributes}
      />
      <button type="button" class="icon-button only-coarse" tabindex="-1" aria-label="Plus or minus" onClick=${flip}>±</button>
    </span>
  `;
}

/** @param {InputProps} props */
export function DayInput({ value, onText, attributes, inputRef }) {
  const picker = useRef(/** @type {HTMLInputElement | null} */ (null));
  const open = () => {
    if (!picker.current) return;
    picker.current.value = readDay(value).value ?? "";
    picker.current.showPicker();
  };
  return html`
    <span class="input-group">
      <input
        type="text"
        autocomplete="off"
        spellcheck=${false}
        value=${value}
        ref=${inputRef}
        onInput=${(/** @type {Event} */ event) => onText(textOf(event))}
        ...${attributes}
      />
      <input
        type="date"
        class="day-picker"
        tabindex="-1"
        aria-hidden="true"
        ref=${picker}
        onChange=${(/** @type {Event} */ event) => textOf(event) && onText(writtenDay(textOf(event)))}
      />
      <button type="button" class="icon-button" tabindex="-1" aria-label="Pick a day" title="Pick a day" onClick=${open}>
        <${Icon} name="calendar" />
      </button>
    </span>
  `;
}
