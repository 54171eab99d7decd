/** Whom the account pays, on which account, and whose expenses that pays back. */

import { useState } from "preact/hooks";

import { del, get, post, put } from "../api/client.ts";
import { NewByForm } from "../parts/new.tsx";
import { Waiting } from "../parts/view.tsx";
import { useAct } from "../parts/use-act.ts";
import { sentenceOf, useRequest } from "../state/request.ts";
import { choice, field, trimmed } from "../values/schema.ts";
import { isAlone } from "../state/session.ts";
import { t } from "../words.ts";
import type { Payee } from "../api/types.d.ts";
import type { Body } from "../parts/form.tsx";

const HOW = [
  { value: "file", label: t`A file for the bank` },
  { value: "provider", label: t`The payment provider` },
];
const BY_PROVIDER = JSON.stringify("provider");
const PAGE = 100;

const NOBODY = "";

/** Whose expenses can be paid back */
export function Payees({ people }: { people: { id: string; name: string }[] }) {
  const { answer, problem, isLoading, again } = useRequest(
    async (signal) => (await get("/api/payees", { query: { limit: PAGE }, signal })).items,
    [],
  );
  const payees = answer?.filter(({ paidBy }) => paidBy !== "hand");
  const waiting = useRequest(waitingPerson, [answer]);
  const isKnown = waiting.answer !== null || waiting.problem !== null;
  const preset = waiting.answer ?? NOBODY;
  const add = ({ how, ...payee }: Body) => post("/api/payees", trimmed(payee));
  return (
    <section class="card" aria-labelledby="payees-title">
      <h2 id="payees-title">Bank accounts of payees</h2>
      <p class="quiet">
        {isAlone()
          ? t`Choose yourself for the account that gets your own expenses. An IBAN is stored encrypted.`
          : t`Choose the person whose expenses an account pays back. An IBAN is stored encrypted.`}
      </p>
      <Waiting problem={problem} isLoading={isLoading && !answer} onAgain={again} />
      <ul class="lines" aria-label="Payees">
        {payees?.map((each) => (
          <PayeeLine key={each.id} payee={each} people={people} again={again} />
        ))}
      </ul>
      {isKnown && (
        <NewByForm
          key={preset}
          label={t`New payee …`}
          title="New payee"
          action="Save"
          fields={(texts: Record<string, string>) => fieldsOf(texts, people, preset)}
          onSend={(body: Body) => add(body).then(again)}
        />
      )}
    </section>
  );
}

function PayeeLine({
  payee,
  people,
  again,
}: {
  payee: Payee;
  people: { id: string; name: string }[];
  again: () => void;
}) {
  const { id, name, paidBy, iban, person, archivedAt, alike } = payee;
  const where =
    paidBy === "file"
      ? t`${iban ?? ""}, paid by a file for the bank`
      : t`Account at the payment provider`;
  const archiving = useAct(async () => {
    await del("/api/payees/{payee_id}", { path: { payee_id: id } });
    again();
  });
  const link = async (chosen: string) => {
    try {
      await put(
        "/api/payees/{payee_id}/person",
        { person: chosen || null },
        { path: { payee_id: id } },
      );
      setProblem(null);
      again();
    } catch (error) {
      setProblem(sentenceOf(error));
    }
  };
  const [linkProblem, setProblem] = useState<string | null>(null);
  const options = [
    { value: NOBODY, label: t`Nobody of the company` },
    ...people.map((each) => ({ value: each.id, label: each.name })),
  ];
  return (
    <li class="line">
      <div class="line-text">
        <span class="line-title">{name}</span>
        <span class="line-note" style="overflow-wrap: anywhere">
          {where}
          {archivedAt && t` · not paid any more`}
        </span>
        {!archivedAt && (
          <span class="line-actions payee-actions">
            <select
              aria-label={t`Expenses of: ${name}`}
              value={person ?? NOBODY}
              onChange={(event: Event) => link((event.target as HTMLSelectElement).value)}
            >
              {options.map((each) => (
                <option key={each.value} value={each.value}>
                  {each.label}
                </option>
              ))}
            </select>
            <button
              type="button"
              class="button small"
              aria-label={t`Archive ${name}`}
              disabled={archiving.isBusy}
              onClick={archiving.act}
            >
              Archive
            </button>
          </span>
        )}
      </div>
      {alike.length > 0 && (
        <p class="form-problem" role="note">
          Another payee’s name looks the same. Make sure which one is meant, and archive the other.
        </p>
      )}
      {[archiving.problem, linkProblem].map(
        (said) =>
          said && (
            <p class="form-problem" role="alert">
              {said}
            </p>
          ),
      )}
    </li>
  );
}

/** @returns whose expenses wait for money, without an account to pay them to; empty for nobody */
async function waitingPerson(signal: AbortSignal): Promise<string> {
  const { items } = await get("/api/owed", { query: {}, signal });
  const waiting = items.find(
    ({ accounts, sums }) => accounts.length === 0 && sums.some(({ owed }) => owed > 0),
  );
  return waiting?.person?.id ?? NOBODY;
}

/** @param waiting whose expenses wait: stands in the form at first */
const fieldsOf = (
  { how }: Record<string, string>,
  people: { id: string; name: string }[],
  waiting: string,
) => [
  field("name", t`Name`, { maxLength: 100 }),
  choice(
    "person",
    isAlone() ? t`You` : t`Employee`,
    people.map((each) => ({ value: each.id, label: each.name })),
    { isNullable: true, initial: people.some(({ id }) => id === waiting) ? waiting : null },
  ),
  choice("how", t`Paid through`, HOW),
  ...(how === BY_PROVIDER
    ? [
        field("recipient", t`Recipient`, {
          placeholder: "acct_…",
          maxLength: 70,
          hint: t`The provider's id of the person`,
        }),
        field("method", t`Bank account`, {
          placeholder: "gbba_…",
          maxLength: 100,
          hint: t`The provider's id of it`,
        }),
      ]
    : [
        field("iban", "IBAN", { maxLength: 50 }),
        field("bic", "BIC", { maxLength: 20, hint: t`Only outside the EEA`, isNullable: true }),
      ]),
];
