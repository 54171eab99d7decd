/** One entry, and beside it what explains it or may do so. */

import { counted } from "../format.ts";
import { Day, Moment } from "../parts/values.tsx";
import { isAlone, may } from "../state/session.ts";
import { acceptedOf, isOpen, leftOf, proposalsOf, twinsOf } from "./standing.ts";
import { amount, because, hrefOf, KINDS, sureness, titleOf } from "./words.ts";
import { t } from "../words.ts";
import { Problem } from "../parts/problem.tsx";
import type { ComponentChildren } from "preact";
import type { BankMatch, MatchedEntry } from "../api/types.d.ts";
import type { Question } from "./question.ts";

interface EntryProps {
  entry: MatchedEntry;
  /** the keys are about it */
  isCurrent: boolean;
  /** its bank account, where several are shown */
  account?: string | undefined;
  /** the name of the person who owes its document */
  owedBy: string | null;
  isBusy: boolean;
  problem: string | null;
  /** what was just taken back */
  undone: BankMatch | null;
  /** why no mail asks the person who owes its document */
  notMailed: string | null;
  onChoose: () => void;
  onAccept: (match: BankMatch) => void;
  onDecline: (match: BankMatch) => void;
  /** match by hand what was just taken back */
  onAgain: () => void;
  onAsk: (what: Question["what"], match?: BankMatch) => void;
}

export function Entry(props: EntryProps) {
  const { entry, isCurrent, account, isBusy, problem, onChoose } = props;
  const {
    id,
    day,
    counterparty,
    counterpartyShown,
    words,
    currency,
    foreignAmount,
    foreignCurrency,
    rate,
    charges,
    isReversal,
    status,
    paymentCount,
  } = entry;
  const foreign =
    foreignAmount !== null && foreignCurrency
      ? `${amount(foreignAmount, foreignCurrency)}${rate ? t` at the rate ${rate}` : ""}`
      : "";
  const notes = [
    account,
    counterpartyShown,
    foreign,
    charges !== 0 && t`charges ${amount(charges, currency)}`,
    isReversal && t`reversal`,
    paymentCount > 0 && t`batch of ${counted(paymentCount, "payment")}`,
  ].filter(Boolean);
  const title = counterparty || words || t`Without a name`;
  return (
    <li
      class="bank-entry"
      data-id={id}
      data-open={isOpen(entry)}
      aria-current={isCurrent ? "true" : undefined}
      aria-busy={isBusy}
      tabindex={-1}
      aria-label={`${title}, ${amount(entry.amount, currency)}`}
      onFocusIn={onChoose}
      onClick={onChoose}
    >
      <div class="bank-line">
        <div class="bank-head">
          <strong>{title}</strong>
          <span class={entry.amount > 0 ? "bank-amount is-in" : "bank-amount"}>
            {amount(entry.amount, currency)}
          </span>
        </div>
        <p class="quiet">
          <Day day={day} />
          {status === "pending" && t` · pending`}
          {status === "replaced" && t` · replaced`}
          {notes.map((each) => ` · ${each}`)}
        </p>
        {counterparty && words && words !== counterparty && <p class="bank-words">{words}</p>}
      </div>
      <div class="bank-beside">
        <Beside {...props} />
        <Problem>{problem}</Problem>
      </div>
    </li>
  );
}

function Beside(props: EntryProps) {
  const { entry, owedBy, undone, notMailed, isBusy, onAccept, onDecline, onAgain, onAsk } = props;
  const accepted = acceptedOf(entry);
  const proposals = proposalsOf(entry);
  const twins = twinsOf(entry);
  const left = leftOf(entry);
  const best = proposals[0];
  const buttons = { isBusy, entry };
  return (
    <>
      {accepted.map((match) => (
        <Accepted
          key={match.id}
          match={match}
          entry={entry}
          onTakeBack={() => onAsk("takeBack", match)}
        />
      ))}
      {entry.doubt && (
        <p class="form-problem" role="status">
          {DOUBTS[entry.doubt]} Take the match back, or put the expense right.
        </p>
      )}
      {accepted.length > 0 && left !== 0 && <p>{amount(left, entry.currency)} left.</p>}
      {entry.reason && (
        <p class="bank-done">
          <span class="pill" data-status="complete">
            Reason
          </span>{" "}
          {entry.reason}
        </p>
      )}
      {twins.length > 0 ? (
        <>
          <p class="bank-twins">
            <span class="pill" data-status="needs_review">
              Twins
            </span>{" "}
            {twins.length > 1
              ? t`${twins.length} documents fit equally well: choose one.`
              : t`Another entry or document fits as well: compare before you accept it.`}
          </p>
          {twins.map((match) => (
            <Proposal key={match.id} match={match} entry={entry}>
              <Decide {...buttons} match={match} onAccept={onAccept} onDecline={onDecline} />
            </Proposal>
          ))}
        </>
      ) : (
        best && (
          <Proposal match={best} entry={entry}>
            <Decide {...buttons} match={best} onAccept={onAccept} onDecline={onDecline} hasKeys />
          </Proposal>
        )
      )}
      {twins.length === 0 && proposals.length > 1 && (
        <details class="bank-others">
          <summary>{counted(proposals.length - 1, "other")} may fit</summary>
          {proposals.slice(1).map((match) => (
            <Proposal key={match.id} match={match} entry={entry}>
              <Decide {...buttons} match={match} onAccept={onAccept} onDecline={onDecline} />
            </Proposal>
          ))}
        </details>
      )}
      {isOpen(entry) && !best && accepted.length === 0 && (undone || !owedBy) && (
        <p class="quiet bank-none">
          {undone ? t`The match was taken back.` : t`No document fits.`}
        </p>
      )}
      {isOpen(entry) && undone && undone.kind !== "hold" && may("book") && (
        <Proposal match={undone} entry={entry}>
          <p class="form-buttons">
            <button type="button" class="button small" disabled={isBusy} onClick={onAgain}>
              Match again
            </button>
          </p>
        </Proposal>
      )}
      {isOpen(entry) && owedBy && (
        <p class="bank-done">
          <span class="pill" data-status="processing">
            Asked
          </span>{" "}
          {owedBy} owes its document.{" "}
          <span class="quiet">
            {entry.askedAt && (
              <>
                Asked <Moment at={entry.askedAt} />.
              </>
            )}
          </span>
          {notMailed && (
            <>
              {" "}
              <span role="status">{notMailed}</span>
            </>
          )}
        </p>
      )}
      {entry.status === "pending" && !best && <p class="quiet">The bank has not booked it yet.</p>}
      {isOpen(entry) && left !== 0 && may("book") && (
        <ByHand isBusy={isBusy} isAsked={owedBy !== null} onAsk={onAsk} />
      )}
      {entry.reason && may("book") && (
        <p class="form-buttons">
          <button type="button" class="button small" onClick={() => onAsk("reason")}>
            Change the reason…
          </button>
        </p>
      )}
    </>
  );
}

/** Why what was accepted holds no more. */
const DOUBTS: Record<string, string> = {
  voided: t`The expense was voided.`,
  changed: t`The expense has another total now.`,
  differs: t`The expense has another amount, and nothing says why.`,
};

function Proposal({
  match,
  entry,
  children,
}: {
  match: BankMatch;
  entry: MatchedEntry;
  children?: ComponentChildren;
}) {
  return (
    <div class="bank-match">
      <div>
        <Documents match={match} entry={entry} />
        <p class="quiet">
          {KINDS[match.kind] && `${KINDS[match.kind]}. `}
          {because(match)} <span class="bank-sureness">{sureness(match)}</span>
        </p>
      </div>
      {may("book") && children}
    </div>
  );
}

/** What a match is about beside the entry. */
function Documents({ match: { pairs }, entry }: { match: BankMatch; entry: MatchedEntry }) {
  const own = pairs.filter(({ entryId }) => entryId === entry.id);
  const others = new Set(
    pairs.filter(({ entryId }) => entryId !== entry.id).map(({ entryId }) => entryId),
  ).size;
  return (
    <div class="bank-documents">
      {own.map((pair) => {
        const href = hrefOf(pair);
        const title = titleOf(pair.title);
        const isPart = own.length > 1 || pair.amount !== entry.amount;
        return (
          <p key={`${pair.documentId} ${pair.payment}`}>
            {href ? <a href={href}>{title}</a> : title}
            {isPart && (
              <>
                {" "}
                <span class="quiet">{amount(pair.amount, entry.currency)}</span>
              </>
            )}
          </p>
        );
      })}
      {others > 0 && (
        <p class="quiet">together with {counted(others, "other entry", "other entries")}</p>
      )}
    </div>
  );
}

function Decide({
  match,
  isBusy,
  hasKeys = false,
  onAccept,
  onDecline,
}: {
  entry: MatchedEntry;
  match: BankMatch;
  isBusy: boolean;
  hasKeys?: boolean;
  onAccept: (match: BankMatch) => void;
  onDecline: (match: BankMatch) => void;
}) {
  const of = match.pairs
    .map(({ title }) => titleOf(title))
    .filter(Boolean)
    .join(", ");
  return (
    <p class="form-buttons">
      <button
        type="button"
        class="button small primary"
        disabled={isBusy}
        onClick={() => onAccept(match)}
      >
        <span>
          Accept<span class="visually-hidden">: {of}</span>
        </span>
        {hasKeys && (
          <>
            {" "}
            <Key is="a" />
          </>
        )}
      </button>
      <button type="button" class="button small" disabled={isBusy} onClick={() => onDecline(match)}>
        <span>
          Decline<span class="visually-hidden">: {of}</span>
        </span>
        {hasKeys && (
          <>
            {" "}
            <Key is="d" />
          </>
        )}
      </button>
    </p>
  );
}

function Accepted({
  match,
  entry,
  onTakeBack,
}: {
  match: BankMatch;
  entry: MatchedEntry;
  onTakeBack: () => void;
}) {
  return (
    <div class="bank-match">
      <div class="bank-accepted">
        <span class="pill" data-status="complete">
          Accepted
        </span>{" "}
        <Documents match={match} entry={entry} />
      </div>
      {may("book") && (
        <p class="form-buttons">
          <button type="button" class="button small" onClick={onTakeBack}>
            Take back…
          </button>
        </p>
      )}
    </div>
  );
}

function ByHand({
  isBusy,
  isAsked,
  onAsk,
}: {
  isBusy: boolean;
  isAsked: boolean;
  onAsk: EntryProps["onAsk"];
}) {
  return (
    <p class="form-buttons bank-by-hand">
      <button type="button" class="button small" disabled={isBusy} onClick={() => onAsk("search")}>
        Search… <Key is="s" />
      </button>
      <button type="button" class="button small" disabled={isBusy} onClick={() => onAsk("split")}>
        Split… <Key is="x" />
      </button>
      <button type="button" class="button small" disabled={isBusy} onClick={() => onAsk("reason")}>
        No document… <Key is="r" />
      </button>
      {(isAsked || !isAlone()) && (
        <button type="button" class="button small" disabled={isBusy} onClick={() => onAsk("ask")}>
          {isAsked ? t`Ask another person…` : t`Ask for it…`} <Key is="p" />
        </button>
      )}
    </p>
  );
}

/** The key that does it, for those who have one. */
function Key({ is }: { is: string }) {
  return (
    <kbd class="only-fine" aria-hidden="true">
      {is}
    </kbd>
  );
}
