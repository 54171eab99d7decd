// @ts-check
/** Asking a person for the document of an entry. */

import { get } from "../api/client.js";
import { FormDialog } from "../parts/form.js";
import { Day } from "../parts/values.js";
import { useRequest } from "../state/request.js";
import { field } from "../values/schema.js";
import { choicesOf } from "./owing.js";
import { amount } from "./words.js";
import { html, t } from "../words.js";

/** @import { AccountPerson, MatchedEntry } from "../api/types.js" */

/** Who was asked last on this visit: most documents of one week are owed by one person. @type {string | null} */
let lastAsked = null;

/** @returns {AccountPerson[]} everybody of the account, also those who have left; nobody until they are there */
export function usePeople() {
  const { answer } = useRequest((signal) => get("/api/people", { signal }), []);
  return answer?.items ?? [];
}

/**
 * @param {object} props
 * @param {MatchedEntry} props.entry
 * @param {AccountPerson[]} props.people
 * @param {(person: string | null) => Promise<void>} props.onAsk
 * @param {() => void} props.onClose
 */
export function AskDialog({ entry, people, onAsk, onClose }) {
  const { owedBy, currency, day } = entry;
  const options = choicesOf(people, owedBy);
  const first = options.find(({ value }) => value === JSON.stringify(owedBy ?? lastAsked));
  const fields = [
    field("person", t`Person`, {
      type: "choice",
      options,
      isNeeded: true,
      initial: first && JSON.parse(first.value),
      hint: owedBy === null ? t`They are asked once, in the app, and by mail where they can be reached. They see payee, text, amount, day and your name.` : t`Another person is asked; nobody: the entry waits for you again.`,
    }),
  ];
  const onSend = async (/** @type {import("../parts/form.js").Body} */ { person }) => {
    await onAsk(person || null);
    lastAsked = person || lastAsked;
  };
  return html`
    <${FormDialog} title="Who has the document?" action=${owedBy === null ? t`Ask them` : t`Change it`} ...${{ fields, onSend, onClose }}>
      <p>${entry.counterparty || entry.words || t`Without a name`} · <${Day} day=${day} /> · <strong>${amount(entry.amount, currency)}</strong></p>
    <//>
  `;
}
