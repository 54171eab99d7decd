// @ts-check
/** Two receipts that look like the same purchase, side by side. */

import { useState } from "preact/hooks";

import { smallPicture } from "../../api.js";
import { date, money, UNKNOWN } from "../../format.js";
import { Icon } from "../../parts/icon.js";
import { html, t } from "../../words.js";

/** @import { Duplicate, Run } from "../../api.js" */

const PICTURE_WIDTH = 640;

/** @param {{ run: Run, other: Duplicate }} props */
export function DuplicateOf({ run: { extraction, receipt }, other }) {
  const own = {
    merchant: extraction?.merchant?.value ?? UNKNOWN,
    date: date(extraction?.date?.value),
    total: money(extraction?.total?.value, extraction?.currency?.value),
  };
  const its = { merchant: other.merchant, date: date(other.date), total: money(other.total, other.currency) };
  const picture = receipt ? smallPicture(receipt, PICTURE_WIDTH) : null;
  // What type the other has is not known here; a PDF has no picture and stays an icon.
  const otherPicture = `/api/receipts/${encodeURIComponent(other.receiptId)}/image?width=${PICTURE_WIDTH}`;
  return html`
    <div class="duplicate">
      <${Side} title="This receipt" values=${own} picture=${picture} />
      <${Side} title="Already an expense" values=${its} picture=${otherPicture} href=${`/runs/${other.runId}`} />
    </div>
  `;
}

/**
 * @param {object} props
 * @param {string} props.title
 * @param {{ merchant: string, date: string, total: string }} props.values
 * @param {string | null} props.picture
 * @param {string} [props.href]
 */
function Side({ title, values, picture, href }) {
  const thumb = html`<span class="duplicate-picture"><${Thumb} picture=${picture} /></span>`;
  return html`
    <div class="duplicate-side">
      <p class="duplicate-title">${title}</p>
      ${href ? html`<a href=${href} aria-label=${t`Open the other receipt, ${values.merchant}`}>${thumb}</a>` : thumb}
      <p class="duplicate-merchant">${values.merchant}</p>
      <p>${values.date}</p>
      <p class="duplicate-total">${values.total}</p>
      ${href && html`<a href=${href}>Open it</a>`}
    </div>
  `;
}

/** @param {{ picture: string | null }} props */
function Thumb({ picture }) {
  const [isThere, setThere] = useState(picture !== null);
  if (!picture || !isThere) return html`<${Icon} name="document" />`;
  return html`<img src=${picture} alt="" loading="lazy" decoding="async" onError=${() => setThere(false)} />`;
}
