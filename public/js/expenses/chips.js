// @ts-check
/** What is asked for, as chips: each leads to what is asked without it. */

import { Icon } from "../parts/icon.js";
import { counted } from "../format.js";
import { writtenAmount } from "../values/amount.js";
import { writtenDay } from "../values/day.js";
import { addressOf, LABELS, MISSING, partsOf, STANDINGS, STATUSES } from "./asked.js";
import { nameOf } from "./table/names.js";
import { html, locale, t } from "../words.js";

/** @import { Asked } from "./asked.js" */

/**
 * @param {object} props
 * @param {Asked} props.asked
 * @param {string} [props.at] the path that the chips lead to
 * @param {boolean} [props.hasText] whether the text has a chip too, where it stands in no field
 */
export function Chips({ asked, at = "/expenses", hasText = false }) {
  const text = hasText && asked.q ? [{ name: /** @type {const} */ ("q"), value: asked.q, without: { ...asked, q: undefined } }] : [];
  const selected = asked.id ? [{ name: /** @type {const} */ ("id"), value: String(asked.id.length), without: { ...asked, id: undefined } }] : [];
  const month = monthOf(asked);
  const whole = month ? [{ name: /** @type {const} */ ("from"), value: month, without: { ...asked, from: undefined, to: undefined } }] : [];
  const others = partsOf({ ...asked, id: undefined }).filter(({ name }) => !month || (name !== "from" && name !== "to"));
  const parts = [...text, ...whole, ...others, ...selected];
  if (parts.length === 0) return null;
  return html`
    <ul class="chips" aria-label="Filters">
      ${parts.map(({ name, value, without }) => {
        const shown = value === month ? monthInWords(value) : wordsOf(name, value);
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

/** The month that the days are, whole; else nothing. @param {Asked} asked */
function monthOf({ from, to }) {
  if (!from?.endsWith("-01") || to?.slice(0, 7) !== from.slice(0, 7)) return null;
  const [year = 0, month = 0] = from.split("-").map(Number);
  return Number(to.slice(8)) === new Date(Date.UTC(year, month, 0)).getUTCDate() ? from.slice(0, 7) : null;
}

/** @param {string} month such as 2026-03 */
function monthInWords(month) {
  const format = new Intl.DateTimeFormat(locale, { month: "long", year: "numeric", timeZone: "UTC" });
  return format.format(new Date(`${month}-01T00:00:00Z`));
}

/** @param {import("./asked.js").Name} name @param {string} value */
function wordsOf(name, value) {
  if (name === "id") return t`${counted(Number(value), "expense")} selected`;
  if (name === "missing" && value === "category") return t`No category`;
  if (name === "is") return labelOf(name, value);
  const beyond = name === "min" ? lessBy(value, 1) : name === "max" ? lessBy(value, -1) : null;
  if (beyond !== null) return name === "min" ? t`More than ${writtenAmount(beyond)}` : t`Less than ${writtenAmount(beyond)}`;
  return `${LABELS[name]}: ${labelOf(name, value)}`;
}

/**
 * "More than 50" is asked for as at least 50.0001, since no total has so many decimals.
 *
 * @param {string} value a decimal string
 * @param {number} by ten-thousandths
 * @returns {string | null} the amount that is meant; null where it is the value itself
 */
function lessBy(value, by) {
  const minor = Math.round(Number(value) * 10_000);
  if (minor % 100 === 0) return null;
  const meant = minor - by;
  return meant % 100 === 0 ? (meant / 10_000).toFixed(2).replace(/\.00$/, "") : null;
}

/**
 * @param {string} name
 * @param {string} value
 * @returns {string} as people call it
 */
export function labelOf(name, value) {
  if (name === "min" || name === "max") return writtenAmount(value);
  if (name === "from" || name === "to") return writtenDay(value);
  if (name === "person") return nameOf(value) ?? t`somebody`;
  const options = name === "status" ? STATUSES : name === "missing" ? MISSING : name === "is" ? STANDINGS : [];
  return options.find((option) => option.value === value)?.label ?? value;
}
