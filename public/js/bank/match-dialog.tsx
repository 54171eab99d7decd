/** Matching by hand: a document is searched for, or several that an entry is split over. */

// It is there by then. By this line esbuild knows, and leaves what they share with it in one file.
import "../shell/views/bank.ts";

import { useEffect, useRef, useState } from "preact/hooks";

import { ApiError, get } from "../api/client.ts";
import { Dialog } from "../parts/dialog.tsx";
import { AmountField, SelectField, TextField } from "../parts/fields.tsx";
import { Icon } from "../parts/icon.tsx";
import { useAct } from "../parts/use-act.ts";
import { Day } from "../parts/values.tsx";
import { Waiting } from "../parts/view.tsx";
import { sentenceOf, useRequest } from "../state/request.ts";
import { fromMinor, readAmount, toMinor, writtenAmount } from "../values/amount.ts";
import { leftOf } from "./standing.ts";
import { fittingOf, remainderOf, suggestedOf, withoutDocument } from "./split.ts";
import { amount, titleOf } from "./words.ts";
import { t } from "../words.ts";
import type {
  BankAccount,
  FoundDocument,
  MatchedEntry,
  PairRequest,
  Payment,
} from "../api/types.d.ts";

/** What is chosen, with the amount as it is typed. */
type Part = {
  document: Pick<FoundDocument, "documentKind" | "documentId" | "title">;
  text: string;
};

const PAUSE_MS = 250;

/** It cannot be sent as it is. */
class Unfit extends Error {}

export function MatchDialog({
  entry,
  accounts,
  isSplit,
  onMake,
  onClose,
}: {
  entry: MatchedEntry;
  accounts: BankAccount[];
  /** over several documents */
  isSplit: boolean;
  onMake: (pairs: PairRequest[]) => Promise<void>;
  onClose: () => void;
}) {
  const { id, currency, paymentCount } = entry;
  const payments = useRequest(
    async (signal) =>
      paymentCount > 0
        ? get("/api/bank/entries/{entry_id}", { path: { entry_id: id }, signal })
        : null,
    [id],
  );
  const [picked, setNumber] = useState("");
  // A batch is matched by its single payments only.
  const number = picked || String(payments.answer?.payments[0]?.number ?? 0);
  const payment = payments.answer?.payments.find((each) => String(each.number) === number) ?? null;
  const open = payment ? payment.amount : leftOf(entry);
  const [parts, setParts] = useState<Part[]>([]);
  const amounts = parts.map(({ text }) => readAmount(text, currency));
  const remainder = remainderOf(
    open,
    amounts.map(({ value }) => (value ? toMinor(value, currency) : 0)),
  );
  const making = useAct(
    async () => {
      if (parts.length === 0) throw new Unfit(t`Choose a document.`);
      const wrong = amounts.find(
        ({ value, problem }) =>
          problem || !value || !Number.isSafeInteger(toMinor(value, currency)),
      );
      if (wrong) throw new Unfit(wrong.problem ?? t`Give an amount for each document.`);
      if (amounts.some(({ value }) => toMinor(value ?? "", currency) === 0))
        throw new Unfit(t`Give each document an amount above zero, or leave it out.`);
      if (Math.sign(remainder) === -Math.sign(open))
        throw new Unfit(t`That is more than the entry has.`);
      const sign = Math.sign(open);
      await onMake(
        parts.map(({ document }, place) => ({
          ...pairOf(document),
          amount: sign * Math.abs(toMinor(amounts[place]?.value ?? "", currency)),
        })),
      );
      onClose();
    },
    (error) => (error instanceof Unfit ? error.message : refused(error)),
  );
  const [problem, setProblem] = useState<string | null>(null);

  function pairOf({ documentKind, documentId }: Part["document"]) {
    return { entryId: id, payment: Number(number), documentKind, documentId };
  }

  async function choose(document: FoundDocument) {
    if (isSplit) {
      if (remainder === 0) {
        setProblem(t`Nothing of the entry is left: give the other documents less first.`);
        return;
      }
      setProblem(null);
      const suggested = suggestedOf(
        remainder,
        document.currency === currency ? document.open : null,
      );
      setParts([
        ...parts,
        { document, text: writtenAmount(fromMinor(Math.abs(suggested), currency)) },
      ]);
      return;
    }
    setProblem(null);
    try {
      await onMake([pairOf(document)]);
      onClose();
    } catch (error) {
      setProblem(refused(error));
    }
  }

  const action = isSplit ? { action: t`Match them`, onAction: making.act } : {};
  return (
    <Dialog
      title={isSplit ? t`Split over several documents` : t`Find the document`}
      {...action}
      isBusy={making.isBusy}
      problem={making.problem ?? problem}
      onClose={onClose}
    >
      <p>
        {entry.counterparty || entry.words || t`Without a name`} · <Day day={entry.day} /> ·{" "}
        <strong class="bank-amount">{amount(open, currency)}</strong>
      </p>
      {paymentCount > 0 && (
        <>
          <Waiting
            problem={payments.problem}
            isLoading={payments.isLoading}
            onAgain={payments.again}
          />
          <SelectField
            label="Payment of the batch"
            value={number}
            onValue={setNumber}
            options={(payments.answer?.payments ?? []).map((each) => ({
              value: String(each.number),
              label: nameOf(each, currency),
            }))}
          />
        </>
      )}
      {isSplit && parts.length > 0 && (
        <>
          <ul class="bank-parts" aria-label="Chosen documents">
            {parts.map(({ document, text }, place) => (
              <li key={document.documentId}>
                <AmountField
                  label={titleOf(document.title)}
                  value={text}
                  currency={currency}
                  problem={text && amounts[place]?.problem}
                  onValue={(typed: string) =>
                    setParts(
                      parts.map((each, at) => (at === place ? { ...each, text: typed } : each)),
                    )
                  }
                />
                <button
                  type="button"
                  class="icon-button"
                  aria-label={t`Leave out ${titleOf(document.title)}`}
                  onClick={() => setParts(parts.filter((_, at) => at !== place))}
                >
                  <Icon name="close" />
                </button>
              </li>
            ))}
          </ul>
          <p class={remainder === 0 ? "left-over" : "left-over is-open"} role="status">
            {remainder === 0
              ? t`Nothing is left.`
              : Math.sign(remainder) === Math.sign(open)
                ? t`${amount(remainder, currency)} left.`
                : t`${amount(-remainder, currency)} too much.`}
          </p>
        </>
      )}
      <Search
        entry={entry}
        open={isSplit ? remainder : open}
        isSplit={isSplit}
        accounts={accounts}
        taken={parts.map(({ document }) => document.documentId)}
        onChoose={choose}
      />
    </Dialog>
  );
}

/** What the API has against it, without the names of its fields. */
function refused(error: unknown) {
  const errors = error instanceof ApiError ? error.fieldErrors : [];
  return errors.length > 0
    ? [...new Set(errors.map(({ message }) => message))].join(" ")
    : sentenceOf(error);
}

function nameOf({ number, amount: minor, counterparty, words }: Payment, currency: string) {
  return `${number}. ${counterparty || words || t`Payment`}, ${amount(minor, currency)}`;
}

function Search({
  entry,
  open,
  isSplit,
  accounts,
  taken,
  onChoose,
}: {
  entry: MatchedEntry;
  /** of it */
  open: number;
  isSplit: boolean;
  accounts: BankAccount[];
  /** documents that are chosen already */
  taken: string[];
  onChoose: (document: FoundDocument) => void;
}) {
  const field = useRef<HTMLDivElement | null>(null);
  const [typed, type] = useState("");
  const [words, setWords] = useState("");
  useEffect(() => {
    const waiting = setTimeout(() => setWords(typed.trim()), PAUSE_MS);
    return () => clearTimeout(waiting);
  }, [typed]);
  // Without words, the same amount is looked for; a part of a split has any amount.
  const asked = words || isSplit ? { words } : { amount: open };
  const { answer, problem, isLoading, again } = useRequest(
    async (signal) => {
      const query = { ...asked, around: entry.day };
      // An entry may also pay back what was paid.
      const [unpaid, paid] = await Promise.all([
        get("/api/bank/documents", { query, signal }),
        get("/api/bank/documents", { query: { ...query, paid: true }, signal }),
      ]);
      return fittingOf(entry.amount, unpaid.items, paid.items);
    },
    [words, isSplit ? 0 : open],
  );
  const fitting = answer ?? [];
  const found = [...fitting, ...(words ? [] : withoutDocument(entry, accounts))].filter(
    ({ documentId }) => !taken.includes(documentId),
  );
  const choose = (document: FoundDocument) => {
    onChoose(document);
    if (!isSplit) return;
    // The next one is another.
    type("");
    setWords("");
    field.current?.querySelector("input")?.focus();
  };
  return (
    <>
      <div ref={field}>
        <TextField
          label="Search"
          value={typed}
          onValue={type}
          maxLength={100}
          placeholder="Merchant, payer, number"
          hint={words || isSplit ? null : t`Without words: what has the same amount.`}
          attributes={{ autofocus: true }}
        />
      </div>
      <Waiting problem={problem} isLoading={isLoading && !answer} onAgain={again} />
      <ul class="lines bank-found" aria-label="Found documents" aria-busy={isLoading}>
        {found.map((document) => (
          <li key={document.documentId} class="line">
            <button
              type="button"
              class="line-text"
              disabled={Boolean(document.whyNot)}
              onClick={() => choose(document)}
            >
              <span class="line-title">{titleOf(document.title)}</span>
              <span class="line-note">
                {document.isPaid
                  ? t`Refund of ${PAID[document.documentKind]}`
                  : NOUNS[document.documentKind]}
                {document.day ? (
                  <>
                    {" "}
                    · <Day day={document.day} />
                  </>
                ) : (
                  ""
                )}
                {noteOf(document)}
              </span>
              {document.open !== 0 && (
                <span class="line-amount">{amount(document.open, document.currency)}</span>
              )}
            </button>
          </li>
        ))}
      </ul>
      {answer && fitting.length === 0 && (
        <p class="quiet" role="status">
          {words ? t`Nothing open has these words.` : t`No open document has this amount.`}
        </p>
      )}
    </>
  );
}

/** @returns why it cannot be chosen, or what choosing it says */
const noteOf = ({ saysCash, whyNot }: Pick<FoundDocument, "saysCash" | "whyNot">): string =>
  whyNot
    ? ` · ${whyNot}`
    : saysCash
      ? t` · The receipt says cash. Choosing it says that it was paid from this account.`
      : "";

/** What a refund is of. */
const PAID: Record<string, string> = {
  expense: t`an expense`,
  claim: t`an invoice`,
  payout: t`a payout`,
};
const NOUNS: Record<FoundDocument["documentKind"], string> = {
  expense: t`Expense`,
  claim: t`Invoice`,
  payout: t`Payout`,
  fee: t`Without a document`,
  own_account: t`Between own accounts`,
  entry: t`Entry`,
};
