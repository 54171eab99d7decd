// @ts-check
/** One export: its files, how it was asked for, and line by line what is in it. */

import { useEffect, useState } from "preact/hooks";

import { get } from "../api/client.js";
import { PagedList } from "../parts/list.js";
import { Day, Moment, Money } from "../parts/values.js";
import { Empty, View, Waiting } from "../parts/view.js";
import { usePages, useRequest } from "../state/request.js";
import { may } from "../state/session.js";
import { LABELS, partsOf } from "../expenses/asked.js";
import { labelOf } from "../expenses/chips.js";
import { Files, says } from "./export-line.js";
import { formatName } from "./formats.js";
import { LinkDialog } from "./link-dialog.js";
import { html, t } from "../words.js";

/** @import { ExportItem, Export } from "../api/types.js" */
/** @import { ViewProps } from "../shell/routes.js" */
/** @import { Asked } from "../expenses/asked.js" */

const POLL_MS = 1000;
const PAGE = 100;

/** @param {ViewProps} props */
export default function Export({ params }) {
  const path = { export_id: params.id ?? "" };
  const { answer, problem, isLoading, again } = useRequest((signal) => get("/api/exports/{export_id}", { path, signal }), [params.id]);
  const isUnderWay = answer?.status === "processing";
  const items = usePages(
    (cursor, signal) => get("/api/exports/{export_id}/items", { path, query: { limit: PAGE, cursor }, signal }),
    [params.id, answer?.status],
  );
  const [isLinking, setLinking] = useState(false);
  useEffect(() => {
    if (!isUnderWay || isLoading) return;
    const timer = setTimeout(again, POLL_MS);
    return () => clearTimeout(timer);
  }, [isUnderWay, isLoading]);
  const actions = html`
    ${answer?.fileUrl && may("export") && html`<button type="button" class="button" onClick=${() => setLinking(true)}>Link …</button>`}
    <a class="button" href="/exports">All exports</a>
  `;
  const empty = html`<${Empty} icon="download" title="It is empty"><p>No expense was chosen, or nothing was new.</p><//>`;
  return html`
    <${View} title=${answer?.fileName ?? t`Export`} actions=${actions}>
      ${answer
        ? html`
            <${About} shown=${answer} />
            <section aria-labelledby="export-items">
              <h2 id="export-items">Contents</h2>
              <${PagedList} pages=${items} label="Contents" row=${row} empty=${isUnderWay ? null : empty} />
            </section>
          `
        : html`<${Waiting} ...${{ problem, isLoading, onAgain: again }} />`}
      ${answer && isLinking && html`<${LinkDialog} shown=${answer} onClose=${() => setLinking(false)} />`}
    <//>
  `;
}

/** @param {{ shown: Export }} props */
function About({ shown }) {
  const { format, profile, filter, onlyNew, asClosed, createdAt, finishedAt, files, runId } = shown;
  const chosen = partsOf(listed(filter)).map(({ name, value }) => `${LABELS[name]}: ${labelOf(name, value)}`);
  const words = [filter.q ? t`Text: ${filter.q}` : null, ...chosen, onlyNew && t`only what was new`, asClosed && t`as it was closed`];
  return html`
    <section class="card export-about" aria-label="About this export">
      <p role="status">${says(shown)}</p>
      <dl class="facts-list">
        <div><dt>Format</dt><dd>${profile ? `${profile.name} (${formatName(format)})` : formatName(format)}</dd></div>
        <div><dt>Asked for</dt><dd>${words.filter(Boolean).join(" · ") || t`All expenses`}</dd></div>
        <div><dt>Begun</dt><dd><${Moment} at=${createdAt} /></dd></div>
        ${finishedAt && html`<div><dt>Finished</dt><dd><${Moment} at=${finishedAt} /></dd></div>`}
        <div><dt>History</dt><dd><a href=${`/runs/${runId}`}>All steps</a></dd></div>
      </dl>
      ${files.length > 0 &&
      html`<ul class="lines" aria-label="Files">
        <${Files} files=${files} format=${format} />
      </ul>`}
      ${files.flatMap(({ remarks }) => remarks).map((remark) => html`<p class="quiet">${remark}</p>`)}
    </section>
  `;
}

/** @param {ExportItem} item */
function row({ expenseId, version, merchant, date, total, currency, corrects, afterClosing }) {
  const [from, to] = (afterClosing ?? "").split("/");
  return html`
    <li class="line export-item" key=${`${expenseId} ${version} ${corrects ?? ""}`}>
      <a href=${`/expenses/${expenseId}`}>
        <span class="line-title">${merchant}</span>
        <span class="line-note">
          ${corrects ? t`Takes back what was handed on before` : t`Version ${version}`}
          ${from && to && html` · came after <${Day} day=${from} /> – <${Day} day=${to} /> had been closed`}
        </span>
        <span class="line-day"><${Day} day=${date} /></span>
        <span class="line-amount"><${Money} amount=${total} currency=${currency} /></span>
      </a>
      ${corrects && html`<a class="export-before" href=${`/exports/${corrects}`}>The export that it takes back from</a>`}
    </li>
  `;
}

/** An export's filter, as that of a list. @param {Export["filter"]} filter @returns {Asked} */
function listed(filter) {
  const several = ["currency", "category", "tag", "person", "status", "missing", "is"];
  const given = Object.entries(filter).flatMap(([name, value]) => {
    if (value === null || value === undefined) return [];
    return [[name, several.includes(name) ? [value].flat() : value]];
  });
  return Object.fromEntries(given);
}
