// @ts-check
/** The bank: accounts with their balances, and entries with what explains them. */

import { html } from "htm/preact";
import { useEffect, useRef } from "preact/hooks";

import { get } from "../api/client.js";
import { Empty, View, Waiting } from "../parts/view.js";
import { usePages, useRequest } from "../state/request.js";
import { may } from "../state/session.js";
import { Accounts } from "./accounts.js";
import { usePeople } from "./ask-dialog.js";
import { askedOf } from "./asked.js";
import { useDecisions } from "./decisions.js";
import { Entries } from "./entries.js";
import { Filters } from "./filters.js";
import { Imports, ImportZone } from "./import-zone.js";
import { stored } from "./imports.js";

/** @import { MatchedEntry } from "../api/types.js" */
/** @import { ViewProps } from "../shell/routes.js" */
/** @import { Asked } from "./asked.js" */

const PAGE = 30;
const NEWEST = 20;

/** @param {ViewProps} props */
export default function Bank({ query }) {
  const asked = askedOf(query);
  const accounts = useRequest((signal) => get("/api/bank/accounts", { signal }), []);
  const pages = usePages((cursor, signal) => get("/api/bank/entries", { query: { ...queryOf(asked), limit: PAGE, cursor }, signal }), Object.values(asked));
  const decisions = useDecisions(pages.items);
  const times = useRef(stored.value);
  useEffect(() => {
    if (times.current === stored.value) return;
    times.current = stored.value;
    accounts.again();
    pages.again();
  }, [stored.value]);
  const known = accounts.answer?.items ?? [];
  const people = usePeople();
  const actions = html`
    <a class="button" href="/bank/months">Months</a>
    <a class="button" href="/bank/statements">Statements</a>
    <a class="button" href="/bank/sources">Sources</a>
    <button type="button" class="button" onClick=${() => (accounts.again(), pages.again())}>Refresh</button>
  `;
  return html`
    <${View} title="Bank" actions=${actions}>
      <${Waiting} problem=${accounts.problem} isLoading=${accounts.isLoading && !accounts.answer} onAgain=${accounts.again} />
      ${accounts.answer && known.length === 0 && html`<${NoAccount} />`}
      ${
        accounts.answer &&
        html`
          <${Accounts} accounts=${known} asked=${asked} onChange=${accounts.again}>
            ${may("book") && html`<${ImportZone} accounts=${known} chosen=${asked.account} />`}
          <//>
          <${Waits} />
        `
      }
      ${
        known.length > 0 &&
        html`
          <${Filters} asked=${asked} accounts=${known} closed=${decisions.closed} />
          <${Entries} key=${Object.values(asked).join()} ...${{ pages, decisions, accounts: known, people }} chosenAccount=${asked.account} empty=${html`<${Nothing} asked=${asked} />`} />
        `
      }
    <//>
  `;
}

/** Files of this visit, and those that were left waiting. They are asked for once what is shown first is there. */
function Waits() {
  const { answer } = useRequest((signal) => get("/api/bank/statements", { query: { limit: NEWEST }, signal }), [stored.value]);
  return html`<${Imports} waiting=${answer?.items} />`;
}

/** @param {Asked} asked */
function queryOf({ standing, ...others }) {
  return { ...others, standing: standing === "all" ? undefined : /** @type {"open"} */ (standing) };
}

/** @param {{ asked: Asked }} props */
function Nothing({ asked }) {
  const isFiltered = asked.account || asked.from || asked.to;
  if (asked.standing === "open") {
    return html`<${Empty} title=${isFiltered ? "Nothing is open here" : "Nothing is open"}><p>Each booked entry has a document or a reason. Drop the bank's next file here.</p><//>`;
  }
  return html`<${Empty} icon="bank" title="No entry is so" />`;
}

function NoAccount() {
  return html`
    <${Empty} icon="bank" title="There is no bank account yet">
      <p>${may("book") ? "Create the account that you have statements of." : "Somebody with the permission to book can create one."}</p>
    <//>
  `;
}
