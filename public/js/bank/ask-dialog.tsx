/** Asking a person for the document of an entry. */

import { get } from "../api/client.ts";
import { FormDialog } from "../parts/form.tsx";
import { Day } from "../parts/values.tsx";
import { useRequest } from "../state/request.ts";
import { field } from "../values/schema.ts";
import { choicesOf } from "./owing.ts";
import { amount } from "./words.ts";
import { t } from "../words.ts";
import type { AccountPerson, MatchedEntry } from "../api/types.d.ts";
import type { Body } from "../parts/form.tsx";

/** Who was asked last on this visit: most documents of one week are owed by one person. */
let lastAsked: string | null = null;

/** @returns everybody of the account, also those who have left; nobody until they are there */
export function usePeople(): AccountPerson[] {
  const { answer } = useRequest((signal) => get("/api/people", { signal }), []);
  return answer?.items ?? [];
}

export function AskDialog({
  entry,
  people,
  onAsk,
  onClose,
}: {
  entry: MatchedEntry;
  people: AccountPerson[];
  onAsk: (person: string | null) => Promise<void>;
  onClose: () => void;
}) {
  const { owedBy, currency, day } = entry;
  const options = choicesOf(people, owedBy);
  const there = people.filter(({ removedAt }) => removedAt === null);
  const alone = there.length === 1 ? (there[0]?.id ?? null) : null;
  const likely = JSON.stringify(owedBy ?? lastAsked ?? alone);
  const first = options.find(({ value }) => value === likely);
  const fields = [
    field("person", t`Person`, {
      type: "choice",
      options,
      isNeeded: true,
      initial: first && JSON.parse(first.value),
      hint:
        owedBy === null
          ? t`They are asked now, in the app, and by mail where they can be reached; then once a week
            until it is there. They see payee, text, amount, day and your name.`
          : t`Another person is asked; nobody: the entry waits for you again.`,
    }),
  ];
  const onSend = async ({ person }: Body) => {
    await onAsk(person || null);
    lastAsked = person || lastAsked;
  };
  return (
    <FormDialog
      title="Who has the document?"
      action={owedBy === null ? t`Ask them` : t`Change it`}
      fields={fields}
      onSend={onSend}
      onClose={onClose}
    >
      <p>
        {entry.counterparty || entry.words || t`Without a name`} · <Day day={day} /> ·{" "}
        <strong class="bank-amount">{amount(entry.amount, currency)}</strong>
      </p>
    </FormDialog>
  );
}
