// @ts-check
/** What is asked for, as chips: each leads to what is asked without it. */

import { Icon } from "../parts/icon.js";
import { writtenAmount } from "../values/amount.js";
import { writtenDay } from "../values/day.js";
import { addressOf, LABELS, MISSING, partsOf, STATUSES } from "./asked.js";
import { html, t } from "../words.js";

/** @import { Asked } from "./asked.js" */

/**
 * @param {object} props
 * @param {Asked} props.asked
 * @param {string} [props.at] the path that the chips lead to
 * @param {boolean} [props.hasText] whether the text has a chip too, where it stands in no field
 */
export function Chips({ asked, at = "/expenses", hasText = false }) {
  const text = hasText && asked.q ? [{ name: /** @type {const} */ ("q"), value: asked.q, without: { ...asked, q: undefined } }] : [];
  const parts = [...text, ...partsOf(asked)];
  if (parts.length === 0) return null;
  return html`
    <ul class="chips" aria-label="Filters">
      ${parts.map(({ name, value, without }) => {
        const shown = `${LABELS[name]}: ${labelOf(name, value)}`;
        return html`
          <li key=${`${name} ${value}`}>
            <a class="chip" href=${addressOf(without, at)} aria-label=${t`Remove ${shown}`}>${shown}<${Icon} name="close" /></a>
          </li>
        `;
      })}
      <li><a class="chip chip-all" href=${addressOf({ sort: asked.sort }, at)}>Clear all</a></li>
    </ul>
  `;
}

/**
 * @param {string} name
 * @param {string} value
 * @returns {string} as people call it
 */
export function labelOf(name, value) {
  if (name === "min" || name === "max") return writtenAmount(value);
  if (name === "from" || name === "to") return writtenDay(value);
  const options = name === "status" ? STATUSES : name === "missing" ? MISSING : [];
  return options.find((option) => option.value === value)?.label ?? value;
}
