/**
 * Expenses that were selected in their table and are to be claimed: whose they are, and which no
 * claim takes.
 */

import { get } from "../api/client.ts";
import { counted } from "../format.ts";
import { useRequest } from "../state/request.ts";
import { t } from "../words.ts";
import type { ListedExpense } from "../api/types.d.ts";

/** As many as one page of the list has. */
const PAGE = 100;

/**
 * @param ids that the address names
 * @returns null while they are asked for
 */
export function useSelection(ids: string[]): ListedExpense[] | null {
  const { answer } = useRequest((signal) => expensesOf(ids, signal), [ids.join(" ")]);
  return answer;
}

async function expensesOf(ids: string[], signal: AbortSignal): Promise<ListedExpense[]> {
  const found: ListedExpense[] = [];
  for (let start = 0; start < ids.length; start += PAGE) {
    const { items } = await get("/api/expenses", {
      query: { id: ids.slice(start, start + PAGE), limit: PAGE },
      signal,
    });
    found.push(...items);
  }
  return found;
}

/** Who is billed for an expense: a client's id, or null where it has no client. */
const clientOf = ({ billable, clientId }: ListedExpense) => (billable ? clientId : null);

/** @returns the one client that is billed for them; null where there are several, or none */
export function onlyClientOf(selection: ListedExpense[]): string | null {
  const clients = clientsOf(selection);
  return clients.length === 1 && clients[0] ? clients[0].clientId : null;
}

/** What of the selection the chosen claim does not take, and what to do about it. */
export function Selection({
  selection,
  payer,
  isCompany,
  onClient,
}: {
  selection: ListedExpense[];
  /** a client's id, or the company */
  payer: string;
  isCompany: boolean;
  onClient: (clientId: string) => void;
}) {
  if (selection.length === 0 || isCompany) return null;
  const unbilled = selection.filter((expense) => clientOf(expense) === null);
  const others = clientsOf(selection).filter(({ clientId }) => clientId !== payer);
  return (
    <div class="claim-selection" role="note">
      <p>{counted(selection.length, "expense")} selected.</p>
      {others.length > 0 && (
        <p class="quiet">
          {payer
            ? t`An invoice is for one client. Others are selected, too:`
            : t`An invoice is for one client. Select one:`}
          {others.map(({ clientId, name, count }) => (
            <>
              {" "}
              <button
                key={clientId}
                type="button"
                class="link-button"
                onClick={() => onClient(clientId)}
              >
                {name} ({count})
              </button>
            </>
          ))}
        </p>
      )}
      {unbilled.map(({ id, merchant, clientId }) => (
        <p key={id} class="quiet">
          {clientId ? t`${merchant} is not billable.` : t`${merchant} has no client.`}{" "}
          <a href={`/expenses/${id}?field=${clientId ? "billable" : "clientId"}`}>
            {clientId ? t`Make it billable` : t`Set its client`}
          </a>
        </p>
      ))}
    </div>
  );
}

function clientsOf(
  selection: ListedExpense[],
): { clientId: string; name: string; count: number }[] {
  const clients: Map<string, { clientId: string; name: string; count: number }> = new Map();
  for (const expense of selection) {
    const clientId = clientOf(expense);
    if (!clientId) continue;
    const known = clients.get(clientId) ?? { clientId, name: expense.client ?? "", count: 0 };
    clients.set(clientId, { ...known, count: known.count + 1 });
  }
  return [...clients.values()];
}
