/** The bank: accounts with their balances, and entries with what explains them. */

import { useEffect, useRef } from "preact/hooks";

import { get } from "../api/client.ts";
import { Empty, View, Waiting } from "../parts/view.tsx";
import { usePages, useRequest } from "../state/request.ts";
import { may } from "../state/session.ts";
import { Accounts } from "./accounts.tsx";
import { usePeople } from "./ask-dialog.tsx";
import { askedOf } from "./asked.ts";
import { useDecisions } from "./decisions.ts";
import { Disagreements } from "./disagreements.tsx";
import { Entries } from "./entries.tsx";
import { Filters } from "./filters.tsx";
import { Imports, ImportZone, waitingOf } from "./import-zone.tsx";
import { stored } from "./imports.ts";
import { t } from "../words.ts";
import type { ViewProps } from "../shell/view-props.ts";
import type { Asked } from "./asked.ts";

const PAGE = 30;
const NEWEST = 20;

export default function Bank({ query }: ViewProps) {
  const asked = askedOf(query);
  const pages = usePages(
    (cursor, signal) =>
      get("/api/bank/entries", { query: { ...queryOf(asked), limit: PAGE, cursor }, signal }),
    Object.values(asked),
  );
  const decisions = useDecisions(pages.items);
  const accounts = useRequest((signal) => get("/api/bank/accounts", { signal }), []);
  const isShown = accounts.answer !== null;
  // Asked for once what is shown first is there.
  const files = useRequest(
    async (signal) =>
      isShown ? get("/api/bank/statements", { query: { limit: NEWEST }, signal }) : null,
    [isShown, stored.value],
  );
  // Together: what was decided since is in the counts of the accounts then.
  const again = () => {
    accounts.again();
    pages.again();
  };
  const times = useRef(stored.value);
  useEffect(() => {
    if (times.current === stored.value) return;
    times.current = stored.value;
    again();
  }, [stored.value]);
  const known = accounts.answer?.items ?? [];
  const people = usePeople();
  const actions = (
    <>
      <a class="button" href="/bank/months">
        Months
      </a>
      <a class="button" href="/bank/statements">
        Statements
      </a>
      <a class="button" href="/bank/sources">
        Sources
      </a>
      <button type="button" class="button" onClick={again}>
        Refresh
      </button>
    </>
  );
  return (
    <View title="Bank" actions={actions}>
      <Waiting
        problem={accounts.problem}
        isLoading={accounts.isLoading && !accounts.answer}
        onAgain={accounts.again}
      />
      {accounts.answer && known.length === 0 && <NoAccount />}
      {accounts.answer && (
        <>
          <Accounts
            accounts={known}
            people={people}
            asked={asked}
            closedOf={decisions.closedOf}
            onChange={again}
          >
            {may("book") && <ImportZone accounts={known} chosen={asked.account} />}
          </Accounts>
          <Disagreements accounts={known} onChange={again} />
          <Imports waiting={files.answer?.items} />
        </>
      )}
      {known.length > 0 && (
        <>
          <Filters asked={asked} accounts={known} decisions={decisions} onAccepted={again} />
          <Entries
            key={Object.values(asked).join()}
            pages={pages}
            decisions={decisions}
            accounts={known}
            people={people}
            chosenAccount={asked.account}
            empty={
              <Nothing
                asked={asked}
                hasStatements={known.some(
                  ({ lastDay, entries }) => lastDay !== null || entries > 0,
                )}
                waiting={waitingOf(files.answer?.items ?? [])}
              />
            }
          />
        </>
      )}
    </View>
  );
}

function queryOf({ standing, ...others }: Asked) {
  return { ...others, standing: standing === "all" ? undefined : (standing as "open") };
}

/** `waiting` counts files that wait for a person */
function Nothing({
  asked,
  hasStatements,
  waiting,
}: {
  asked: Asked;
  hasStatements: boolean;
  waiting: number;
}) {
  const isFiltered = asked.account || asked.from || asked.to;
  if (asked.standing === "open" && waiting > 0) {
    const wait = waiting === 1 ? t`A file waits` : t`${waiting} files wait`;
    return (
      <Empty icon="bank" title={t`${wait} for you`}>
        <p>
          {waiting === 1
            ? t`Its entries appear here once you have answered the question above.`
            : t`Their entries appear here once you have answered the questions above.`}
        </p>
      </Empty>
    );
  }
  if (!hasStatements)
    return (
      <Empty icon="bank" title="No statement was imported yet">
        <p>Connect the bank or card, and its entries come by themselves each day.</p>
        <p class="form-buttons">
          <a class="button primary" href="/bank/sources">
            Connect a bank or card
          </a>
        </p>
        <p>Or drop the bank's files here: camt, MT940, OFX, QFX or CSV.</p>
      </Empty>
    );
  if (asked.standing === "open") {
    return (
      <Empty title={isFiltered ? t`Nothing is open here` : t`Nothing is open`}>
        <p>Each booked entry has a document or a reason. Drop the bank's next file here.</p>
      </Empty>
    );
  }
  return <Empty icon="bank" title="No entry is so" />;
}

function NoAccount() {
  return (
    <Empty icon="bank" title="There is no bank account yet">
      <p>
        {may("book")
          ? t`Create the account. Then connect it, or import its statements.`
          : t`Somebody with the permission to book can create one.`}
      </p>
    </Empty>
  );
}
