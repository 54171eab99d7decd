// @ts-check
/** The files of banks, and where they do not join. */

import { get } from "../api/client.js";
import { counted } from "../format.js";
import { PagedList } from "../parts/list.js";
import { Moment } from "../parts/values.js";
import { Empty, View, Waiting } from "../parts/view.js";
import { usePages, useRequest } from "../state/request.js";
import { may } from "../state/session.js";
import { Breaks } from "./breaks.js";
import { Imports, ImportZone } from "./import-zone.js";
import { stored } from "./imports.js";
import { html, t } from "../words.js";

/** @import { BankAccount, BankStatement } from "../api/types.js" */

const PAGE = 30;

export default function Statements() {
  const accounts = useRequest((signal) => get("/api/bank/accounts", { signal }), []);
  const breaks = useRequest((signal) => get("/api/bank/breaks", { signal }), [stored.value]);
  const pages = usePages((cursor, signal) => get("/api/bank/statements", { query: { limit: PAGE, cursor }, signal }), [stored.value]);
  const known = accounts.answer?.items ?? [];
  const empty = html`<${Empty} icon="bank" title="No statement was imported yet"><p>Drop the bank's files here: camt, MT940, OFX, QFX or CSV.</p><//>`;
  const row = (/** @type {BankStatement} */ statement) => html`<${Line} key=${statement.id} statement=${statement} />`;
  return html`
    <${View} title="Bank statements" actions=${html`<a class="button" href="/bank">Entries</a>`}>
      ${may("book") && html`<${ImportZone} accounts=${known} chosen="" />`}
      <${Imports} />
      <${Waiting} problem=${breaks.problem ?? accounts.problem} isLoading=${false} onAgain=${() => (breaks.again(), accounts.again())} />
      <${Breaks} breaks=${breaks.answer?.items ?? []} accounts=${known} />
      <${PagedList} pages=${pages} label="Statements" row=${row} empty=${empty} />
    <//>
  `;
}

/** What a file came to, by its status. @type {Record<string, string>} */
export const STATUSES = {
  processing: t`Being read`,
  needs_review: t`Needs you`,
  complete: t`Imported`,
  rejected: t`Not imported`,
  failed: t`Failed`,
  cancelled: t`Taken back`,
};

/** @param {{ statement: BankStatement }} props */
function Line({ statement: { id, fileName, bankAccounts, createdAt, status, format, added, known, booked } }) {
  const counts = [counted(added, "new entry", "new entries"), known > 0 && t`${known} known already`, booked > 0 && t`${booked} pending before`];
  return html`
    <li class="line">
      <a href=${`/bank/statements/${id}`}>
        <span class="line-title">${fileName ?? t`File without a name`}</span>
        <span class="line-note">${[bankAccounts?.replaceAll(",", ", "), format?.toUpperCase().replace("_", "."), ...(status === "complete" ? counts : [])].filter(Boolean).join(" · ")}</span>
        <span class="line-day"><${Moment} at=${createdAt} /></span>
        <span class="pill" data-status=${status}>${STATUSES[status] ?? status}</span>
      </a>
    </li>
  `;
}
