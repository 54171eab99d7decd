/**
 * Days of a month without a statement: a file is imported, or a person says that nothing happened.
 */

import { del, post } from "../api/client.ts";
import { date } from "../format.ts";
import { Icon } from "../parts/icon.tsx";
import { useAct } from "../parts/use-act.ts";
import { Moment } from "../parts/values.tsx";
import { may } from "../state/session.ts";
import { daysInWords } from "./completeness.ts";
import { Imports, ImportZone } from "./import-zone.tsx";
import { t } from "../words.ts";
import type { BankAccount, Month, QuietDays, UncoveredDays } from "../api/types.d.ts";

/** @param onSaid somebody said something of days, or took that back */
export function Uncovered({
  month: { uncovered, quietDays },
  accounts,
  onSaid,
}: {
  month: Month;
  accounts: BankAccount[];
  onSaid: () => void;
}) {
  const names = new Map(accounts.map(({ id, name }) => [id, name]));
  const nameOf = (id: string) => names.get(id) ?? t`Bank account`;
  if (uncovered.length === 0 && quietDays.length === 0) return <Imports />;
  return (
    <section class="card" aria-labelledby="uncovered-title">
      <h2 id="uncovered-title">Days without a statement</h2>
      {uncovered.length > 0 && (
        <ul class="bank-misfits">
          {uncovered.map((days) => (
            <Missing
              key={`${days.bankAccountId} ${days.first}`}
              days={days}
              name={nameOf(days.bankAccountId)}
              onSaid={onSaid}
            />
          ))}
        </ul>
      )}
      {uncovered.length > 0 && may("book") && (
        <>
          <p class="quiet">
            Some files have no line for days on which nothing happened, such as a CSV. If the bank
            shows no entry on these days, say so: then they need no statement.
          </p>
          <ImportZone accounts={accounts} chosen="" />
        </>
      )}
      {quietDays.length > 0 && (
        <ul class="bank-quiet" aria-label={t`Nothing happened`}>
          {quietDays.map((days) => (
            <Quiet key={days.id} days={days} name={nameOf(days.bankAccountId)} onSaid={onSaid} />
          ))}
        </ul>
      )}
      <Imports />
    </section>
  );
}

function Missing({
  days,
  name,
  onSaid,
}: {
  days: UncoveredDays;
  name: string;
  onSaid: () => void;
}) {
  const { bankAccountId, first, last } = days;
  const saying = useAct(async () => {
    await post(
      "/api/bank/accounts/{bank_account_id}/quiet-days",
      { first, last },
      { path: { bank_account_id: bankAccountId } },
    );
    onSaid();
  });
  return (
    <li>
      <Icon name="alert" />
      <span>
        <strong>{name}</strong>: {daysInWords(days)}
        {!days.hasStatements && ` · ${t`no statement yet`}`}{" "}
        {may("book") && (
          <button
            type="button"
            class="button small"
            disabled={saying.isBusy}
            aria-label={t`Nothing happened: ${name}, ${daysInWords(days)}`}
            onClick={saying.act}
          >
            Nothing happened
          </button>
        )}
        {saying.problem && (
          <span class="form-problem" role="alert">
            {saying.problem}
          </span>
        )}
      </span>
    </li>
  );
}

function Quiet({ days, name, onSaid }: { days: QuietDays; name: string; onSaid: () => void }) {
  const { id, bankAccountId, saidBy, saidAt, entryDay } = days;
  const backing = useAct(async () => {
    await del("/api/bank/accounts/{bank_account_id}/quiet-days/{quiet_days_id}", {
      path: { bank_account_id: bankAccountId, quiet_days_id: id },
    });
    onSaid();
  });
  return (
    <li>
      <strong>{name}</strong>: {daysInWords(days)} ·{" "}
      {entryDay === null
        ? t`nothing happened`
        : t`does not hold any more: an entry came of ${date(entryDay)}`}{" "}
      <span class="quiet">
        ({saidBy ?? t`Somebody`}, <Moment at={saidAt} />)
      </span>{" "}
      {may("book") && (
        <button
          type="button"
          class="button small"
          disabled={backing.isBusy}
          aria-label={t`Take it back: ${name}, ${daysInWords(days)}`}
          onClick={backing.act}
        >
          Take it back
        </button>
      )}
      {backing.problem && (
        <span class="form-problem" role="alert">
          {backing.problem}
        </span>
      )}
    </li>
  );
}
