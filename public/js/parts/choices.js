// @ts-check
/** Several of a few: a box to tick for each, with what it means. */

import { useId } from "preact/hooks";

import { html } from "../words.js";

/**
 * @template {string} Value
 * @param {object} props
 * @param {string} props.legend
 * @param {{ value: Value, label: string, says: string }[]} props.options
 * @param {readonly Value[]} props.chosen
 * @param {(chosen: Value[]) => void} props.onChange
 * @param {string | null} [props.problem]
 */
export function Choices({ legend, options, chosen, onChange, problem }) {
  const id = useId();
  const onTick = (/** @type {Value} */ value) =>
    onChange(chosen.includes(value) ? chosen.filter((each) => each !== value) : [...chosen, value]);
  return html`
    <fieldset class="choices" aria-describedby=${problem ? `${id}-problem` : null}>
      <legend>${legend}</legend>
      ${options.map(
        ({ value, label, says }) => html`
          <label key=${value} class="check">
            <input type="checkbox" checked=${chosen.includes(value)} onChange=${() => onTick(value)} />
            <span><strong>${label}</strong> <span class="quiet">${says}</span></span>
          </label>
        `,
      )}
      ${problem && html`<p class="input-problem" id=${`${id}-problem`} role="alert">${problem}</p>`}
    </fieldset>
  `;
}
