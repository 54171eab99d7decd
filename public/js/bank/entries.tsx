/** Entries, one after the other, by hand or by keys. */

import { useEffect, useRef, useState } from "preact/hooks";

import { notify } from "../notifications/notices.ts";
import { lazy } from "../parts/lazy.ts";
import { NearEnd } from "../parts/list.tsx";
import { Waiting } from "../parts/view.tsx";
import { declareKeys } from "../shortcuts.ts";
import { report } from "../state/report.ts";
import { isAlone, may } from "../state/session.ts";
import { AskDialog } from "./ask-dialog.tsx";
import { Entry } from "./entry.tsx";
import { ReasonDialog, TakeBackDialog } from "./reason-dialog.tsx";
import { isOpen, needsYou, proposalsOf, twinsOf } from "./standing.ts";
import { t } from "../words.ts";
import type {
  AccountPerson,
  BankAccount,
  BankMatch,
  MatchedEntry,
  PairRequest,
} from "../api/types.d.ts";
import type { ComponentChildren } from "preact";
import type { Pages } from "../state/request.ts";
import type { Decisions } from "./decisions.ts";
import type { Question } from "./question.ts";

const MatchDialog = lazy(() => import("./match-dialog.tsx").then((module) => module.MatchDialog));

const useKeys = declareKeys(t`At the bank`, {
  next: ["j", t`Next entry`],
  previous: ["k", t`Previous entry`],
  accept: ["a", t`Accept the match`],
  decline: ["d", t`Decline the match`],
  undo: ["u", t`Undo the last decision`],
  search: ["s", t`Search for a document`],
  split: ["x", t`Split over several documents`],
  reason: ["r", t`Give a reason`],
  ask: ["p", t`Ask a person for the document`],
});

export function Entries({
  pages,
  decisions,
  accounts,
  people,
  chosenAccount,
  empty,
}: {
  pages: Pages<MatchedEntry>;
  decisions: Decisions;
  accounts: BankAccount[];
  /** of the account, also those who have left */
  people: AccountPerson[];
  /** whose entries these are; empty for all */
  chosenAccount: string;
  /** what stands there without an entry */
  empty: ComponentChildren;
}) {
  const { entries } = decisions;
  const { hasMore, isLoading, problem, more, again: loadAgain } = pages;
  const [chosen, choose] = useState<string | null>(null);
  const [question, ask] = useState<Question | null>(null);
  const [decided, setDecided] = useState<MatchedEntry | null>(null);
  const list = useRef<HTMLUListElement | null>(null);
  const current =
    entries.find(({ id }) => id === chosen) ??
    entries.find(needsYou) ??
    entries.find(isOpen) ??
    entries[0] ??
    null;
  const names = new Map([...accounts, ...people].map(({ id, name }) => [id, name]));

  function moveTo(id: string | undefined) {
    if (id === undefined) return;
    choose(id);
    const row = list.current?.querySelector(`[data-id="${id}"]`);
    if (row instanceof HTMLElement) {
      row.focus({ preventScroll: true });
      row.scrollIntoView({ block: "nearest" });
    }
  }

  function go(step: number) {
    const at = current ? entries.indexOf(current) : -1;
    moveTo(entries[Math.max(0, Math.min(entries.length - 1, at + step))]?.id);
  }

  /**
   * To the next one that is open and not decided with it, else to the one below.
   *
   * @param match that explains it
   */
  function goOn(entry: MatchedEntry, match?: BankMatch) {
    const after = entries.slice(entries.findIndex(({ id }) => id === entry.id) + 1);
    const isWith = ({ id }: MatchedEntry) =>
      match?.pairs.some(({ entryId, documentId }) => entryId === id || documentId === id) ?? false;
    const others = after.filter((each) => !isWith(each));
    moveTo((others.find((each) => needsYou(each) && !decisions.isBusy(each.id)) ?? others[0])?.id);
  }

  function accept(entry: MatchedEntry, match: BankMatch | undefined) {
    if (!match || decisions.isBusy(entry.id)) return;
    goOn(entry, match);
    void decisions.accept(entry, match);
  }

  /** What was just taken back. */
  function again(entry: MatchedEntry) {
    const match = decisions.undoneOf(entry.id);
    if (!match || match.kind === "hold" || decisions.isBusy(entry.id)) return;
    goOn(entry, match);
    void decisions.again(entry, match);
  }

  function decline(entry: MatchedEntry, match: BankMatch | undefined) {
    if (!match || decisions.isBusy(entry.id)) return;
    void decisions.decline(entry, match);
  }

  function undo() {
    decisions
      .undo()
      .then((id) => (id ? moveTo(id) : notify(t`Nothing was decided here yet.`)), report);
  }

  function askOf(what: Question["what"]) {
    if (may("book") && current && isOpen(current)) ask({ what, entry: current });
  }

  useKeys({
    next: () => go(1),
    previous: () => go(-1),
    accept: () => {
      if (!may("book") || !current) return;
      if (twinsOf(current).length > 0)
        notify(t`Several fit equally well. Choose one of them by its button.`);
      else if (decisions.undoneOf(current.id) && proposalsOf(current).length === 0) again(current);
      else if (proposalsOf(current).length === 0)
        notify(t`Nothing is proposed for this entry. Press s to search for its document.`);
      else accept(current, proposalsOf(current)[0]);
    },
    decline: () => void (may("book") && current && decline(current, proposalsOf(current)[0])),
    search: () => askOf("search"),
    split: () => askOf("split"),
    reason: () => askOf("reason"),
    // Who works alone has nobody to ask.
    ask: () => void ((current?.owedBy || !isAlone()) && askOf("ask")),
    undo: () => void (may("book") && undo()),
  });
  // Once the dialogue has given the focus back to where it was opened.
  useEffect(() => {
    if (question !== null || decided === null) return;
    const now = entries.find(({ id }) => id === decided.id);
    if (now && needsYou(now)) moveTo(now.id);
    else goOn(decided);
    setDecided(null);
  }, [question]);
  useEffect(() => {
    if (entries.length === 0 && hasMore && !isLoading && !problem) more();
  }, [entries.length, hasMore, isLoading]);

  if (entries.length === 0) {
    if (problem || isLoading || hasMore)
      return <Waiting problem={problem} isLoading={isLoading || hasMore} onAgain={loadAgain} />;
    return empty;
  }
  return (
    <>
      <ul class="bank-entries" aria-label="Entries" aria-busy={isLoading} ref={list}>
        {entries.map((entry) => (
          <Entry
            key={entry.id}
            entry={entry}
            isCurrent={entry === current}
            account={
              accounts.length > 1 && !chosenAccount ? names.get(entry.bankAccountId) : undefined
            }
            owedBy={entry.owedBy && (names.get(entry.owedBy) ?? t`Somebody who has left`)}
            isBusy={decisions.isBusy(entry.id)}
            problem={decisions.problemOf(entry.id)}
            undone={decisions.undoneOf(entry.id)}
            notMailed={decisions.notMailedOf(entry.id)}
            onChoose={() => choose(entry.id)}
            onAccept={(match: BankMatch) => accept(entry, match)}
            onDecline={(match: BankMatch) => decline(entry, match)}
            onAgain={() => again(entry)}
            onAsk={(what: Question["what"], match: BankMatch | undefined) =>
              ask({ what, entry, match })
            }
          />
        ))}
      </ul>
      {question && (
        <Dialogue
          question={question}
          decisions={decisions}
          accounts={accounts}
          people={people}
          onClose={() => ask(null)}
          onDone={setDecided}
        />
      )}
      <Waiting problem={problem} isLoading={false} onAgain={hasMore ? more : loadAgain} />
      {hasMore && <NearEnd key={entries.length} onNear={more} />}
    </>
  );
}

function Dialogue({
  question: { what, entry, match },
  decisions,
  accounts,
  people,
  onClose,
  onDone,
}: {
  question: Question;
  decisions: Decisions;
  accounts: BankAccount[];
  people: AccountPerson[];
  onClose: () => void;
  onDone: (entry: MatchedEntry) => void;
}) {
  if (what === "reason") {
    return (
      <ReasonDialog
        entry={entry}
        onClose={onClose}
        onSay={(explanation) => decisions.explain(entry, explanation).then(() => onDone(entry))}
      />
    );
  }
  if (what === "ask") {
    return (
      <AskDialog
        entry={entry}
        people={people}
        onClose={onClose}
        onAsk={(person: string | null) => decisions.ask(entry, person).then(() => onDone(entry))}
      />
    );
  }
  if (what === "takeBack") {
    return (
      match && (
        <TakeBackDialog
          entry={entry}
          match={match}
          onClose={onClose}
          onTakeBack={(reason: string | null) => decisions.takeBack(entry, match, reason)}
        />
      )
    );
  }
  return (
    <MatchDialog
      entry={entry}
      accounts={accounts}
      onClose={onClose}
      isSplit={what === "split"}
      onMake={(pairs: PairRequest[]) => decisions.make(entry, pairs).then(() => onDone(entry))}
    />
  );
}
