/** Bank accounts: balances with their days, what is open; created, renamed, archived. */

import { useState } from "preact/hooks";

import { patch, post } from "../api/client.ts";
import { counted } from "../format.ts";
import { FormDialog } from "../parts/form.tsx";
import { Icon } from "../parts/icon.tsx";
import { Day } from "../parts/values.tsx";
import { may } from "../state/session.ts";
import { field, trimmed } from "../values/schema.ts";
import { addressOf } from "./asked.ts";
import { HoldersDialog } from "./holders-dialog.tsx";
import { amount } from "./words.ts";
import { t } from "../words.ts";
import type { ComponentChildren } from "preact";
import type { AccountPerson, BankAccount } from "../api/types.d.ts";
import type { Asked } from "./asked.ts";
import type { Body } from "../parts/form.tsx";

/** `children` stand before its buttons */
export function Accounts({
  accounts,
  asked,
  people,
  closedOf,
  onChange,
  children,
}: {
  accounts: BankAccount[];
  people: AccountPerson[];
  asked: Asked;
  closedOf: (account: string) => number;
  onChange: () => void;
  children?: ComponentChildren;
}) {
  const [changed, change] = useState<BankAccount | "new" | null>(null);
  const [areArchivedShown, showArchived] = useState(false);
  const archived = accounts.filter(({ archivedAt }) => archivedAt);
  const shown = areArchivedShown ? accounts : accounts.filter(({ archivedAt }) => !archivedAt);
  const [held, hold] = useState<BankAccount | null>(null);
  const close = () => change(null);
  return (
    <section class="bank-accounts" aria-label="Bank accounts">
      <ul>
        {shown.map((each) => (
          <Account
            key={each.id}
            account={each}
            closed={closedOf(each.id)}
            asked={asked}
            holder={people.find(({ id }) => id === each.heldBy)?.name ?? null}
            onEdit={() => change(each)}
            onHold={() => hold(each)}
          />
        ))}
      </ul>
      <div class="form-buttons">
        {children}
        {may("book") && (
          <button
            type="button"
            class={accounts.length === 0 ? "button primary" : "button"}
            onClick={() => change("new")}
          >
            <Icon name="plus" />
            New account
          </button>
        )}
        {archived.length > 0 && (
          <button
            type="button"
            class="button"
            aria-pressed={areArchivedShown}
            onClick={() => showArchived(!areArchivedShown)}
          >
            Archived accounts
          </button>
        )}
      </div>
      {held && (
        <HoldersDialog
          account={held}
          people={people}
          onClose={() => hold(null)}
          onDone={onChange}
        />
      )}
      {changed === "new" && <Create onClose={close} onDone={onChange} />}
      {changed && changed !== "new" && <Edit account={changed} onClose={close} onDone={onChange} />}
    </section>
  );
}

/** `closed` of its entries since they were loaded */
function Account({
  account,
  closed,
  asked,
  holder,
  onEdit,
  onHold,
}: {
  account: BankAccount;
  closed: number;
  asked: Asked;
  holder: string | null;
  onEdit: () => void;
  onHold: () => void;
}) {
  const { id, name, currency, number, balance, balanceDay, lastDay, archivedAt, booksCertain } =
    account;
  const open = Math.max(0, account.open - closed);
  const isChosen = asked.account === id;
  return (
    <li class="card bank-account" data-chosen={isChosen}>
      <a
        href={addressOf({ ...asked, account: isChosen ? "" : id })}
        aria-current={isChosen ? "true" : undefined}
        aria-label={t`Entries of ${name}`}
      >
        {name}
      </a>
      <span class="quiet">
        {number ?? t`no number`}
        {archivedAt ? t` · archived` : ""}
      </span>
      <strong class="bank-balance">
        {balance === null ? t`No balance yet` : amount(balance, currency)}
      </strong>
      <span class="quiet">
        {balanceDay ? (
          <>
            on <Day day={balanceDay} />
          </>
        ) : (
          currency
        )}{" "}
        ·{" "}
        {lastDay === null && account.entries === 0
          ? t`no statement yet`
          : open === 0
            ? t`nothing open`
            : t`${open} open`}
        {booksCertain ? t` · books certain matches` : ""}
        {holder ? ` · ${holder}` : ""}
        {account.cards.length > 0 ? ` · ${counted(account.cards.length, "card")}` : ""}
      </span>
      {may("book") && (
        <button
          type="button"
          class="icon-button"
          aria-label={t`Who pays with ${name}?`}
          title="Who pays with it"
          onClick={onHold}
        >
          <Icon name="person" />
        </button>
      )}
      {may("book") && (
        <button
          type="button"
          class="icon-button"
          aria-label={t`Change ${name}`}
          title="Change"
          onClick={onEdit}
        >
          <Icon name="pencil" />
        </button>
      )}
    </li>
  );
}

const CERTAIN = field("booksCertain", t`Accept certain matches without asking`, {
  type: "boolean",
  hint: t`Otherwise each waits here until somebody accepts it.`,
});

/** `named`: as a file says it */
export function Create({
  named = null,
  onClose,
  onDone,
}: {
  named?: { number: string | null; currency: string } | null;
  onClose: () => void;
  onDone: (made: BankAccount) => void;
}) {
  const ending = named?.number?.slice(-4) ?? "";
  const fields = [
    field("name", t`Name`, {
      maxLength: 100,
      isNeeded: true,
      placeholder: t`Giro`,
      initial: ending ? t`Account ${ending}` : "",
    }),
    field("currency", t`Currency`, {
      maxLength: 3,
      isNeeded: true,
      initial: named?.currency ?? "EUR",
    }),
    field("number", t`IBAN, or its number`, {
      maxLength: 50,
      isNullable: true,
      hint: ending
        ? t`The one that stands in the bank's files; this file's ends with ${ending}. It is stored encrypted.`
        : t`The one that stands in the bank's files. It is stored encrypted.`,
    }),
    { ...CERTAIN, initial: false },
  ];
  const onSend = async ({ currency, ...body }: Body) => {
    onDone(
      await post("/api/bank/accounts", trimmed({ ...body, currency: currency.toUpperCase() })),
    );
  };
  return (
    <FormDialog
      title="New bank account"
      action="Create the account"
      fields={fields}
      onSend={onSend}
      onClose={onClose}
    />
  );
}

function Edit({
  account,
  onClose,
  onDone,
}: {
  account: BankAccount;
  onClose: () => void;
  onDone: () => void;
}) {
  const { id, name, booksCertain, archivedAt } = account;
  const fields = [
    field("name", t`Name`, { maxLength: 100, isNeeded: true }),
    CERTAIN,
    field("archived", t`Archived.`, {
      type: "boolean",
      hint: t`It takes no statements; its entries stay.`,
    }),
  ];
  const values = { name, booksCertain, archived: archivedAt !== null };
  const onSend = async (body: Body) => {
    await patch("/api/bank/accounts/{bank_account_id}", trimmed(body), {
      path: { bank_account_id: id },
    });
    onDone();
  };
  return (
    <FormDialog
      title={name}
      action="Change the account"
      fields={fields}
      values={values}
      onSend={onSend}
      onClose={onClose}
    />
  );
}
