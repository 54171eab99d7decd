// @ts-check
/** The bank: accounts with their balances, and entries with what explains them. */

import { useEffect, useRef } from "preact/hooks";

import { get } from "../api/client.js";
import { Empty, View, Waiting } from "../parts/view.js";
import { usePages, useRequest } from "../state/request.js";
import { may } from "../state/session.js";
import { Accounts } from "./accounts.js";
import { usePeople } from "./ask-dialog.js";
import { askedOf } from "./asked.js";
import { useDecisions } from "./decisions.js";
import { Disagreements } from "./disagreements.js";
import { Entries } from "./entries.js";
import { Filters } from "./filters.js";
import { Imports, ImportZone, waitingOf } from "./import-zone.js";
import { stored } from "./imports.js";
import { html, t } from "../words.js";

/** @import { MatchedEntry } from "../api/types.js" */
/** @import { ViewProps } from "../shell/routes.js" */
/** @import { Asked } from "./asked.js" */

const PAGE = 30;
const NEWEST = 20;

/** @param {ViewProps} props */
export default function Bank({ query }) {
  const asked = askedOf(query);
  const pages = usePages((cursor, signal) => get("/api/bank/entries", { query: { ...queryOf(asked), limit: PAGE, cursor }, signal }), Object.values(asked));
  const decisions = useDecisions(pages.items);
  const accounts = useRequest((signal) => get("/api/bank/accounts", { signal }), []);
  const isShown = accounts.answer !== null;
  // Asked for once what is shown first is there.
  const files = useRequest(async (signal) => (isShown ? get("/api/bank/statements", { query: { limit: NEWEST }, signal }) : null), [isShown, stored.value]);
  // Together: what was decided since is in the counts of the accounts then.
  const again = () => (accounts.again(), pages.again());
  const times = useRef(stored.value);
  useEffect(() => {
    if (times.current === stored.value) return;
    times.current = stored.value;
    again();
  }, [stored.value]);
  const known = accounts.answer?.items ?? [];
  const people = usePeople();
  const actions = html`
    <a class="button" href="/bank/months">Months</a>
    <a class="button" href="/bank/statements">Statements</a>
    <a class="button" href="/bank/sources">Sources</a>
    <button type="button" class="button" onClick=${again}>Refresh</button>
  `;
  return html`
    <${View} title="Bank" actions=${actions}>
      <${Waiting} problem=${accounts.problem} isLoading=${accounts.isLoading && !accounts.answer} onAgain=${accounts.again} />
      ${accounts.answer && known.length === 0 && html`<${NoAccount} />`}
      ${
        accounts.answer &&
        html`
          <${Accounts} accounts=${known} asked=${asked} closedOf=${decisions.closedOf} onChange=${again}>
            ${may("book") && html`<${ImportZone} accounts=${known} chosen=${asked.account} />`}
          <//>
          <${Disagreements} accounts=${known} onChange=${again} />
          <${Imports} waiting=${files.answer?.items} />
        `
      }
      ${
        known.length > 0 &&
        html`
          <${Filters} asked=${asked} accounts=${known} decisions=${decisions} onAccepted=${again} />
          <${Entries} key=${Object.values(asked).join()} ...${{ pages, decisions, accounts: known, people }} chosenAccount=${asked.account} empty=${html`<${Nothing} asked=${asked} hasStatements=${known.some(({ lastDay, entries }) => lastDay !== null || entries > 0)} waiting=${waitingOf(files.answer?.items ?? [])} />`} />
        `
      }
    <//>
  `;
}

/** @param {Asked} asked */
function queryOf({ standing, ...others }) {
  return { ...others, standing: standing === "all" ? undefined : /** @type {"open"} */ (standing) };
}

/** @param {{ asked: Asked, hasStatements: boolean, waiting: number }} props `waiting` counts files that wait for a person */
function Nothing({ asked, hasStatements, waiting }) {
  const isFiltered = asked.account || asked.from || asked.to;
  if (asked.standing === "open" && waiting > 0) {
    const wait = waiting === 1 ? t`A file waits` : t`${waiting} files wait`;
    return html`<${Empty} icon="bank" title=${t`${wait} for you`}><p>${waiting === 1 ? t`Its entries appear here once you have answered the question above.` : t`Their entries appear here once you have answered the questions above.`}</p><//>`;
  }
  if (!hasStatements) return html`<${Empty} icon="bank" title="No statement was imported yet"><p>Drop the bank's files here: camt, MT940, OFX, QFX or CSV. Then its entries wait here.</p><//>`;
  if (asked.standing === "open") {
    return html`<${Empty} title=${isFiltered ? t`Nothing is open here` : t`Nothing is open`}><p>Each booked entry has a document or a reason. Drop the bank's next file here.</p><//>`;
  }
  return html`<${Empty} icon="bank" title="No entry is so" />`;
}

function NoAccount() {
  return html`
    <${Empty} icon="bank" title="There is no bank account yet">
      <p>${may("book") ? t`Create the account that you have statements of.` : t`Somebody with the permission to book can create one.`}</p>
    <//>
  `;
}
