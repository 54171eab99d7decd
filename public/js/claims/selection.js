// @ts-check
/** Expenses that were selected in their table and are to be claimed: whose they are, and which no claim takes. */

import { get } from "../api/client.js";
import { counted } from "../format.js";
import { useRequest } from "../state/request.js";
import { html, t } from "../words.js";

/** @import { ListedExpense } from "../api/types.js" */

/** As many as one page of the list has. */
const PAGE = 100;

/**
 * @param {string[]} ids that the address names
 * @returns {ListedExpense[] | null} null while they are asked for
 */
export function useSelection(ids) {
  const { answer } = useRequest((signal) => expensesOf(ids, signal), [ids.join(" ")]);
  return answer;
}

/** @param {string[]} ids @param {AbortSignal} signal @returns {Promise<ListedExpense[]>} */
async function expensesOf(ids, signal) {
  /** @type {ListedExpense[]} */
  const found = [];
  for (let start = 0; start < ids.length; start += PAGE) {
    const { items } = await get("/api/expenses", { query: { id: ids.slice(start, start + PAGE), limit: PAGE }, signal });
    found.push(...items);
  }
  return found;
}

/** Who is billed for an expense: a client's id, or null where it has no client. @param {ListedExpense} expense */
const clientOf = ({ billable, clientId }) => (billable ? clientId : null);

/**
 * @param {ListedExpense[]} selection
 * @returns {string | null} the one client that is billed for them; null where there are several, or none
 */
export function onlyClientOf(selection) {
  const clients = clientsOf(selection);
  return clients.length === 1 && clients[0] ? clients[0].clientId : null;
}

/**
 * What of the selection the chosen claim does not take, and what to do about it.
 *
 * @param {object} props
 * @param {ListedExpense[]} props.selection
 * @param {string} props.payer a client's id, or the company
 * @param {boolean} props.isCompany
 * @param {(clientId: string) => void} props.onClient
 */
export function Selection({ selection, payer, isCompany, onClient }) {
  if (selection.length === 0 || isCompany) return null;
  const unbilled = selection.filter((expense) => clientOf(expense) === null);
  const others = clientsOf(selection).filter(({ clientId }) => clientId !== payer);
  return html`
    <div class="claim-selection" role="note">
      <p>${counted(selection.length, "expense")} selected.</p>
      ${others.length > 0 &&
      html`
        <p class="quiet">
          ${payer ? t`A claim is for one client. Others are selected, too:` : t`A claim is for one client. Select one:`}
          ${others.map(
            ({ clientId, name, count }) => html`
              ${" "}<button key=${clientId} type="button" class="link-button" onClick=${() => onClient(clientId)}>${name} (${count})</button>
            `,
          )}
        </p>
      `}
      ${unbilled.map(
        ({ id, merchant, clientId }) => html`
          <p key=${id} class="quiet">
            ${clientId ? t`${merchant} is not billable.` : t`${merchant} has no client.`}${" "}
            <a href=${`/expenses/${id}`}>${clientId ? t`Make it billable` : t`Set its client`}</a>
          </p>
        `,
      )}
    </div>
  `;
}

/** @param {ListedExpense[]} selection @returns {{ clientId: string, name: string, count: number }[]} */
function clientsOf(selection) {
  /** @type {Map<string, { clientId: string, name: string, count: number }>} */
  const clients = new Map();
  for (const expense of selection) {
    const clientId = clientOf(expense);
    if (!clientId) continue;
    const known = clients.get(clientId) ?? { clientId, name: expense.client ?? "", count: 0 };
    clients.set(clientId, { ...known, count: known.count + 1 });
  }
  return [...clients.values()];
}
