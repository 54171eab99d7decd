// @ts-check
/** The files that expenses are handed on in, or are being made. */

import { counted, fileSize, money } from "../format.js";
import { Moment } from "../parts/values.js";
import { may } from "../state/session.js";
import { html, t } from "../words.js";

/** @import { Export } from "../api/types.js" */

/** @param {{ shown: Export, onLink: () => void }} props */
export function ExportLine({ shown, onLink }) {
  const { id, fileUrl, fileName, createdAt, files } = shown;
  const words = html`
    <span class="line-title">${fileName}</span>
    <span class="line-note">${says(shown)}</span>
    <span class="line-day"><${Moment} at=${createdAt} /></span>
  `;
  return html`
    <li class="line export-line">
      ${fileUrl ? html`<a href=${fileUrl} download=${fileName}>${words}</a>` : html`<div class="line-text">${words}</div>`}
      ${fileUrl && html`<${MoreFiles} files=${files.slice(1)} />`}
      ${files.flatMap(({ remarks }) => remarks).map((remark) => html`<p class="quiet">${remark}</p>`)}
      <div class="export-buttons">
        <a class="button small" href=${`/exports/${id}`}>What is in it</a>
        ${fileUrl && may("export") && html`<button type="button" class="button small" aria-label=${t`Link to ${fileName}`} onClick=${onLink}>Link …</button>`}
      </div>
    </li>
  `;
}

/** @param {{ files: Export["files"] }} props */
export function MoreFiles({ files }) {
  return files.map(
    ({ number, url, fileName, count, size, month }) => html`
      <a key=${number} href=${url} download=${fileName}>
        <span class="line-title">${fileName}</span>
        <span class="line-note">${counted(count, month === null ? "expense" : "line")} · ${fileSize(size)}</span>
      </a>
    `,
  );
}

/**
 * @param {Export} shown
 * @returns {string} how far it is, or what is in it
 */
export function says({ status, message, progress, count, corrections, afterClosing, asClosed, onlyNew, profile, totals, files, size }) {
  if (status === "processing") return `${progress.done} of ${counted(progress.of, "expense")} …`;
  if (size === null) return message;
  const sums = totals.map(({ currency, total }) => money(total, currency));
  const more = [
    profile?.name,
    onlyNew && t`only what was new`,
    corrections > 0 && counted(corrections, "correction"),
    afterClosing > 0 && t`${afterClosing} after closing`,
    asClosed && t`as it was closed`,
  ].filter(Boolean);
  const bytes = files.reduce((sum, file) => sum + file.size, 0);
  return [counted(count, "expense"), ...sums, ...more, fileSize(bytes)].join(" · ");
}
