// @ts-check
/** Entries, one after the other, by hand or by keys. */

import { useEffect, useRef, useState } from "preact/hooks";

import { notify } from "../notifications/notices.js";
import { NearEnd } from "../parts/list.js";
import { Waiting } from "../parts/view.js";
import { declareKeys } from "../shortcuts.js";
import { report } from "../state/report.js";
import { may } from "../state/session.js";
import { AskDialog } from "./ask-dialog.js";
import { Entry } from "./entry.js";
import { MatchDialog } from "./match-dialog.js";
import { ReasonDialog, TakeBackDialog } from "./reason-dialog.js";
import { isOpen, needsYou, proposalsOf, twinsOf } from "./standing.js";
import { html, t } from "../words.js";

/** @import { AccountPerson, BankAccount, BankMatch, MatchedEntry, PairRequest } from "../api/types.js" */
/** @import { ComponentChildren } from "preact" */
/** @import { Pages } from "../state/request.js" */
/** @import { Decisions } from "./decisions.js" */

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

/** What is asked in a dialogue. @typedef {{ what: "search" | "split" | "reason" | "ask" | "takeBack", entry: MatchedEntry, match?: BankMatch }} Question */

/**
 * @param {object} props
 * @param {Pages<MatchedEntry>} props.pages
 * @param {Decisions} props.decisions
 * @param {BankAccount[]} props.accounts
 * @param {AccountPerson[]} props.people of the account, also those who have left
 * @param {string} props.chosenAccount whose entries these are; empty for all
 * @param {ComponentChildren} props.empty what stands there without an entry
 */
export function Entries({ pages, decisions, accounts, people, chosenAccount, empty }) {
  const { entries } = decisions;
  const { hasMore, isLoading, problem, more, again: loadAgain } = pages;
  const [chosen, choose] = useState(/** @type {string | null} */ (null));
  const [question, ask] = useState(/** @type {Question | null} */ (null));
  const [decided, setDecided] = useState(/** @type {MatchedEntry | null} */ (null));
  const list = useRef(/** @type {HTMLUListElement | null} */ (null));
  const current = entries.find(({ id }) => id === chosen) ?? entries.find(needsYou) ?? entries.find(isOpen) ?? entries[0] ?? null;
  const names = new Map([...accounts, ...people].map(({ id, name }) => [id, name]));

  /** @param {string | undefined} id */
  function moveTo(id) {
    if (id === undefined) return;
    choose(id);
    const row = list.current?.querySelector(`[data-id="${id}"]`);
    if (row instanceof HTMLElement) {
      row.focus({ preventScroll: true });
      row.scrollIntoView({ block: "nearest" });
    }
  }

  /** @param {number} step */
  function go(step) {
    const at = current ? entries.indexOf(current) : -1;
    moveTo(entries[Math.max(0, Math.min(entries.length - 1, at + step))]?.id);
  }

  /** To the next one that is open and not decided with it, else to the one below. @param {MatchedEntry} entry @param {BankMatch} [match] that explains it */
  function goOn(entry, match) {
    const after = entries.slice(entries.findIndex(({ id }) => id === entry.id) + 1);
    const isWith = (/** @type {MatchedEntry} */ { id }) => match?.pairs.some(({ entryId, documentId }) => entryId === id || documentId === id) ?? false;
    const others = after.filter((each) => !isWith(each));
    moveTo((others.find((each) => needsYou(each) && !decisions.isBusy(each.id)) ?? others[0])?.id);
  }

  /** @param {MatchedEntry} entry @param {BankMatch | undefined} match */
  function accept(entry, match) {
    if (!match || decisions.isBusy(entry.id)) return;
    goOn(entry, match);
    void decisions.accept(entry, match);
  }

  /** What was just taken back. @param {MatchedEntry} entry */
  function again(entry) {
    const match = decisions.undoneOf(entry.id);
    if (!match || match.kind === "hold" || decisions.isBusy(entry.id)) return;
    goOn(entry, match);
    void decisions.again(entry, match);
  }

  /** @param {MatchedEntry} entry @param {BankMatch | undefined} match */
  function decline(entry, match) {
    if (!match || decisions.isBusy(entry.id)) return;
    void decisions.decline(entry, match);
  }

  function undo() {
    decisions.undo().then((id) => (id ? moveTo(id) : notify(t`Nothing was decided here yet.`)), report);
  }

  /** @param {Question["what"]} what */
  function askOf(what) {
    if (may("book") && current && isOpen(current)) ask({ what, entry: current });
  }

  useKeys({
    next: () => go(1),
    previous: () => go(-1),
    accept: () => {
      if (!may("book") || !current) return;
      if (twinsOf(current).length > 0) notify(t`Several fit equally well. Choose one of them by its button.`);
      else if (decisions.undoneOf(current.id) && proposalsOf(current).length === 0) again(current);
      else if (proposalsOf(current).length === 0) notify(t`Nothing is proposed for this entry. Press s to search for its document.`);
      else accept(current, proposalsOf(current)[0]);
    },
    decline: () => void (may("book") && current && decline(current, proposalsOf(current)[0])),
    search: () => askOf("search"),
    split: () => askOf("split"),
    reason: () => askOf("reason"),
    ask: () => askOf("ask"),
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
    if (problem || isLoading || hasMore) return html`<${Waiting} problem=${problem} isLoading=${isLoading || hasMore} onAgain=${loadAgain} />`;
    return empty;
  }
  return html`
    <ul class="bank-entries" aria-label="Entries" aria-busy=${isLoading} ref=${list}>
      ${entries.map(
        (entry) => html`
          <${Entry}
            key=${entry.id}
            ...${{ entry, isCurrent: entry === current, account: accounts.length > 1 && !chosenAccount ? names.get(entry.bankAccountId) : undefined }}
            owedBy=${entry.owedBy && (names.get(entry.owedBy) ?? t`Somebody who has left`)}
            isBusy=${decisions.isBusy(entry.id)}
            problem=${decisions.problemOf(entry.id)}
            undone=${decisions.undoneOf(entry.id)}
            notMailed=${decisions.notMailedOf(entry.id)}
            onChoose=${() => choose(entry.id)}
            onAccept=${(/** @type {BankMatch} */ match) => accept(entry, match)}
            onDecline=${(/** @type {BankMatch} */ match) => decline(entry, match)}
            onAgain=${() => again(entry)}
            onAsk=${(/** @type {Question["what"]} */ what, /** @type {BankMatch | undefined} */ match) => ask({ what, entry, match })}
          />
        `,
      )}
    </ul>
    ${question && html`<${Dialogue} question=${question} ...${{ decisions, accounts, people }} onClose=${() => ask(null)} onDone=${setDecided} />`}
    <${Waiting} problem=${problem} isLoading=${false} onAgain=${hasMore ? more : loadAgain} />
    ${hasMore && html`<${NearEnd} key=${entries.length} onNear=${more} />`}
  `;
}

/**
 * @param {object} props
 * @param {Question} props.question
 * @param {Decisions} props.decisions
 * @param {BankAccount[]} props.accounts
 * @param {AccountPerson[]} props.people
 * @param {() => void} props.onClose
 * @param {(entry: MatchedEntry) => void} props.onDone
 */
function Dialogue({ question: { what, entry, match }, decisions, accounts, people, onClose, onDone }) {
  if (what === "reason") {
    return html`<${ReasonDialog} entry=${entry} onClose=${onClose} onSay=${(/** @type {string | null} */ reason) => decisions.explain(entry, reason).then(() => onDone(entry))} />`;
  }
  if (what === "ask") {
    return html`<${AskDialog} entry=${entry} people=${people} onClose=${onClose} onAsk=${(/** @type {string | null} */ person) => decisions.ask(entry, person).then(() => onDone(entry))} />`;
  }
  if (what === "takeBack") {
    return match && html`<${TakeBackDialog} match=${match} onClose=${onClose} onTakeBack=${(/** @type {string} */ reason) => decisions.takeBack(entry, match, reason)} />`;
  }
  return html`<${MatchDialog} ...${{ entry, accounts, onClose }} isSplit=${what === "split"} onMake=${(/** @type {PairRequest[]} */ pairs) => decisions.make(entry, pairs).then(() => onDone(entry))} />`;
}
