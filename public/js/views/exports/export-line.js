// @ts-check
/** A file that expenses are handed on in, or is being made. */

import { html } from "htm/preact";

import { counted, fileSize } from "../../format.js";
import { Moment } from "../../parts/values.js";

/** @import { ExportShape } from "../../api/types.js" */

/** @param {{ shown: ExportShape }} props */
export function ExportLine({ shown }) {
  const { fileUrl, fileName, createdAt } = shown;
  const words = html`
    <span class="line-title">${fileName}</span>
    <span class="line-note">${says(shown)}</span>
    <span class="line-day"><${Moment} at=${createdAt} /></span>
  `;
  return html`
    <li class="line">
      ${fileUrl ? html`<a href=${fileUrl} download=${fileName}>${words}</a>` : html`<div class="line-text">${words}</div>`}
    </li>
  `;
}

/**
 * @param {ExportShape} shown
 * @returns {string} how far it is, or what is in it
 */
export function says({ status, message, progress, count, totals, size }) {
  if (status === "processing") return `${progress.done} of ${counted(progress.of, "expense")} …`;
  if (size === null) return message;
  const sums = totals.map(({ currency, total }) => `${currency} ${total}`);
  return [counted(count, "expense"), ...sums, fileSize(size)].join(" · ");
}
