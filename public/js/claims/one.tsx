/**
 * An invoice or an expense claim: what is in it, what happened to it, and what can be done with it.
 */

import { useEffect, useState } from "preact/hooks";

import { get } from "../api/client.ts";
import { PaidBy } from "../bank/paid-by.tsx";
import { InTheBooks } from "../books/where.tsx";
import { counted, money } from "../format.ts";
import { Menu } from "../parts/menu.tsx";
import { Day, Moment, Money } from "../parts/values.tsx";
import { View, Waiting } from "../parts/view.tsx";
import { useRequest } from "../state/request.ts";
import { may } from "../state/session.ts";
import { CreditDialog, PaymentDialog, ReasonDialog } from "./dialogs.tsx";
import { ClaimLinkDialog } from "./link-dialog.tsx";
import { asHeading, EVENTS, MAILS, PRESENTED, STATES } from "./states.ts";
import { t } from "../words.ts";
import type { ClaimDetail } from "../api/types.d.ts";
import type { ViewProps } from "../shell/view-props.ts";

const LOOK_AGAIN_MS = 1500;
const FILES = {
  statement: { label: t`Statement with pictures (PDF)`, ending: "pdf" },
  invoice: { label: t`Invoice (XML)`, ending: "xml" },
  invoice_pdf: { label: t`Invoice (PDF)`, ending: "pdf" },
  credit_note: { label: t`Credit note (XML)`, ending: "xml" },
  credit_note_pdf: { label: t`Credit note (PDF)`, ending: "pdf" },
};
const OPEN = new Set(["issued", "part_paid", "overdue", "disputed"]);

export default function Claim({ params }: ViewProps) {
  const path = { claim_id: params.id ?? "" };
  const { answer, problem, isLoading, again, set } = useRequest(
    (signal) => get("/api/claims/{claim_id}", { path, signal }),
    [params.id],
  );
  // Its files are written after it was issued.
  const isMade =
    (answer?.state === "draft" && answer.runState !== "nothing") || answer?.runState === "issued";
  useEffect(() => {
    if (!isMade || isLoading) return undefined;
    const timer = setTimeout(again, LOOK_AGAIN_MS);
    return () => clearTimeout(timer);
  }, [isMade, isLoading]);
  return (
    <View title={titleOf(answer)}>
      <Waiting problem={problem} isLoading={isLoading && !answer} onAgain={again} />
      {answer && <Shown claim={answer} onChange={set} />}
    </View>
  );
}

function titleOf(claim: ClaimDetail | null) {
  const number = claim?.number;
  if (claim && !claim.hasInvoice) return number ? t`Expense claim ${number}` : t`Expense claim`;
  return number ? t`Invoice ${number}` : t`Invoice`;
}

function Shown({
  claim,
  onChange,
}: {
  claim: ClaimDetail;
  onChange: (claim: ClaimDetail) => void;
}) {
  const [asked, ask] = useState<
    "payment" | "credit" | "withdraw" | "write-off" | "dispute" | "resolve" | "link" | null
  >(null);
  const [bounced, bounce] = useState<number | null>(null);
  const { currency, state } = claim;
  const isOpen = OPEN.has(state);
  const onClose = () => {
    ask(null);
    bounce(null);
  };
  const takenBack = new Set(
    claim.events.filter(({ kind }) => kind === "reversed").map(({ reverses }) => reverses),
  );
  const onDone = (changed: ClaimDetail) => {
    onChange(changed);
    onClose();
  };
  const common = { claim, onClose, onDone };
  const seldom: [NonNullable<typeof asked>, string, boolean][] = [
    ["payment", t`Record a payment`, !isOpen],
    ["credit", t`Issue a credit note`, state !== "withdrawn"],
    ["dispute", t`Mark as disputed`, isOpen && state !== "disputed"],
    ["resolve", t`Resolve the dispute`, state === "disputed"],
    ["write-off", t`Write off the rest`, isOpen],
    ["withdraw", t`Withdraw`, isOpen],
  ];
  const offered = seldom.filter(([, , isOffered]) => isOffered);
  return (
    <>
      <section class="card" aria-labelledby="stands">
        <h2 id="stands">
          {isOpen || !claim.number
            ? t`Billed to ${claim.payerName}: ${STATES[state]}`
            : t`Billed to ${claim.payerName}`}
        </h2>
        <p class="claim-open">
          {isOpen || !claim.number ? (
            <Money amount={claim.open} currency={currency} />
          ) : (
            asHeading(STATES[state])
          )}
        </p>
        <p class="quiet">
          <span>
            {isOpen && t`open of`} <Money amount={claim.total} currency={currency} /> for{" "}
            {counted(claim.expenses, "expense")}
          </span>
          {isOpen && claim.dueOn && (
            <strong>
              {" · "}due on <Day day={claim.dueOn} />
            </strong>
          )}
        </p>
        {may("book") && claim.number && (
          <p class="form-buttons">
            {isOpen && (
              <button type="button" class="button primary" onClick={() => ask("payment")}>
                Record a payment …
              </button>
            )}{" "}
            <button type="button" class="button" onClick={() => ask("link")}>
              Link for the payer …
            </button>{" "}
            {offered.length > 0 && (
              <Menu label={t`More to do`}>
                {(close: () => void) =>
                  offered.map(([what, label]) => (
                    <button
                      key={what}
                      type="button"
                      onClick={() => {
                        close();
                        ask(what);
                      }}
                    >
                      {label} …
                    </button>
                  ))
                }
              </Menu>
            )}
          </p>
        )}
        <p class="quiet">
          {claim.files.map(({ name, number, url }) => (
            <>
              <a key={url} href={url} download={`${number}.${FILES[name].ending}`}>
                {FILES[name].label}
                {name.startsWith("credit_note") ? ` ${number}` : ""}
              </a>{" "}
              ·{" "}
            </>
          ))}
          <a
            href={`/api/claims/${claim.id}/statement.csv`}
            download={`claim-${claim.number ?? claim.id}.csv`}
          >
            As a table (CSV)
          </a>{" "}
          · <a href={`/runs/${claim.id}`}>History</a>
        </p>
      </section>
      {claim.number && <InTheBooks id={claim.id} version={claim.state} />}
      <section aria-labelledby="in-it">
        <h2 id="in-it">Contents</h2>
        <ul class="lines">
          {claim.items.map((item) => (
            <li key={item.expenseId} class="line">
              <a href={`/expenses/${item.expenseId}`}>
                <span class="line-title">{item.merchant ?? t`Erased`}</span>
                <span class="line-note">{notes(item, currency)}</span>
                <span class="line-amount">
                  <Money amount={item.amount} currency={currency} />
                </span>
                {item.date && (
                  <span class="line-day">
                    <Day day={item.date} />
                  </span>
                )}
              </a>
            </li>
          ))}
        </ul>
      </section>
      <PaidBy id={claim.id} />
      {claim.mails.length > 0 && (
        <section aria-labelledby="mails">
          <h2 id="mails">Mails to {claim.payerMail}</h2>
          <ul class="lines">
            {claim.mails.map(({ purpose, became, runId, sentAt }) => (
              <li key={purpose} class="line">
                <a href={runId ? `/runs/${runId}` : `/runs/${claim.id}`}>
                  <span class="line-title">{MAILS.purpose[purpose]}</span>
                  <span class="line-note">{MAILS.became[became]}</span>
                  {sentAt && (
                    <span class="line-day">
                      <Moment at={sentAt} />
                    </span>
                  )}
                </a>
              </li>
            ))}
          </ul>
        </section>
      )}
      <section aria-labelledby="happened">
        <h2 id="happened">What happened</h2>
        <ol class="lines">
          {claim.events.map((event, place) => (
            <li key={place} class="line">
              <div class="line-text">
                <span class="line-title">
                  {EVENTS[event.kind] ?? event.kind}
                  {event.number ? ` ${event.number}` : ""}
                </span>
                {said(event) && <span class="line-note">{said(event)}</span>}
                <span class="line-amount">
                  {event.amount && <Money amount={event.amount} currency={event.currency} />}
                </span>
                <span class="line-day">
                  <Moment at={event.at} />
                </span>
                {may("book") && event.kind === "payment" && !takenBack.has(event.version) && (
                  <button type="button" class="button" onClick={() => bounce(event.version)}>
                    Take it back …
                  </button>
                )}
              </div>
            </li>
          ))}
        </ol>
      </section>
      {asked === "payment" && <PaymentDialog {...common} />}{" "}
      {asked === "credit" && <CreditDialog {...common} />}
      {asked === "link" && <ClaimLinkDialog claim={claim} onClose={onClose} />}
      {asked && asked !== "payment" && asked !== "credit" && asked !== "link" && (
        <ReasonDialog {...common} what={asked} />
      )}
      {bounced !== null && <ReasonDialog {...common} what="reversal" version={bounced} />}
    </>
  );
}

function notes(
  { category, spent, spentCurrency, isReleased, hasChanged }: ClaimDetail["items"][number],
  currency: string,
) {
  return [
    category,
    spent && spentCurrency !== currency && money(spent, spentCurrency),
    isReleased && t`taken out: it can be billed again`,
    hasChanged && t`changed since it was billed`,
  ]
    .filter(Boolean)
    .join(" · ");
}

function said({ said: words, applied, amount, currency, kind }: ClaimDetail["events"][number]) {
  const part =
    Number(applied) === 0
      ? t`Nothing of it was open`
      : t`${money(applied, currency)} of it was open`;
  const beyond =
    kind === "payment" && applied !== amount && t`${part}, the rest is owed back to the payer`;
  const way = kind === "presented" && words ? (PRESENTED[words] ?? words) : words;
  return [way, beyond].filter(Boolean).join(" · ");
}
