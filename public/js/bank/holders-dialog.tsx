/** Whose a bank account is, and whose its cards are: they are asked for missing documents. */

import { put } from "../api/client.ts";
import { FormDialog } from "../parts/form.tsx";
import { field } from "../values/schema.ts";
import { cardsIn, heldValues, holderChoices } from "./holders.ts";
import { t } from "../words.ts";
import type { AccountPerson, BankAccount } from "../api/types.d.ts";
import type { Body } from "../parts/form.tsx";

export function HoldersDialog({
  account,
  people,
  onClose,
  onDone,
}: {
  account: BankAccount;
  people: AccountPerson[];
  onClose: () => void;
  onDone: () => void;
}) {
  const { id, name, cards, heldBy } = account;
  const rows = [...cards.keys(), cards.length];
  const fields = [
    field("person", t`Whose account`, {
      type: "choice",
      options: holderChoices(people, heldBy),
      hint: t`They are asked each week for documents that are missing, but for those of the cards below.`,
    }),
    ...rows.flatMap((row) => [
      field(`ending${row}`, t`Card: its last four digits`, { maxLength: 4 }),
      field(`person${row}`, t`Whose card`, {
        type: "choice",
        options: holderChoices(people, cards[row]?.person ?? null),
      }),
    ]),
  ];
  const onSend = async (body: Body) => {
    await put(
      "/api/bank/accounts/{bank_account_id}/holders",
      { person: body.person || null, cards: cardsIn(body, rows) },
      { path: { bank_account_id: id } },
    );
    onDone();
  };
  return (
    <FormDialog
      title={t`Who pays with ${name}?`}
      action="Save"
      fields={fields}
      values={heldValues(account)}
      onSend={onSend}
      onClose={onClose}
    />
  );
}
