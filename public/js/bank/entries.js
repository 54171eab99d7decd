// @ts-check
/** Entries, one after the other, by hand or by keys. */

import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";

import { notify } from "../notifications/notices.js";
import { NearEnd } from "../parts/list.js";
import { Empty, Waiting } from "../parts/view.js";
import { useShortcuts } from "../shortcuts.js";
import { report } from "../state/report.js";
import { may } from "../state/session.js";
import { Entry } from "./entry.js";
import { MatchDialog } from "./match-dialog.js";
import { ReasonDialog, TakeBackDialog } from "./reason-dialog.js";
import { isOpen, proposalsOf, twinsOf } from "./standing.js";

/** @import { BankAccount, BankMatch, MatchedEntry, PairRequest } from "../api/types.js" */
/** @import { Pages } from "../state/request.js" */
/** @import { Asked } from "./asked.js" */
/** @import { Decisions } from "./decisions.js" */

/** What is asked in a dialogue. @typedef {{ what: "search" | "split" | "reason" | "takeBack", entry: MatchedEntry, match?: BankMatch }} Question */

/**
 * @param {object} props
 * @param {Pages<MatchedEntry>} props.pages
 * @param {Decisions} props.decisions
 * @param {BankAccount[]} props.accounts
 * @param {Asked} props.asked
 */
export function Entries({ pages, decisions, accounts, asked }) {
  const { entries } = decisions;
  const { hasMore, isLoading, problem, more, again: loadAgain } = pages;
  const [chosen, choose] = useState(/** @type {string | null} */ (null));
  const [question, ask] = useState(/** @type {Question | null} */ (null));
  const [decided, setDecided] = useState(/** @type {MatchedEntry | null} */ (null));
  const list = useRef(/** @type {HTMLUListElement | null} */ (null));
  const current = entries.find(({ id }) => id === chosen) ?? entries.find(isOpen) ?? entries[0] ?? null;
  const names = new Map(accounts.map(({ id, name }) => [id, name]));

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

  /** To the next one that is open, else to the one below. @param {MatchedEntry} entry */
  function goOn(entry) {
    const after = entries.slice(entries.findIndex(({ id }) => id === entry.id) + 1);
    moveTo((after.find((each) => isOpen(each) && !decisions.isBusy(each.id)) ?? after[0])?.id);
  }

  /** @param {MatchedEntry} entry @param {BankMatch | undefined} match */
  function accept(entry, match) {
    if (!match || decisions.isBusy(entry.id)) return;
    goOn(entry);
    void decisions.accept(entry, match);
  }

  /** What was just taken back. @param {MatchedEntry} entry */
  function again(entry) {
    const match = decisions.undoneOf(entry.id);
    if (!match || match.kind === "hold" || decisions.isBusy(entry.id)) return;
    goOn(entry);
    void decisions.again(entry, match);
  }

  /** @param {MatchedEntry} entry @param {BankMatch | undefined} match */
  function decline(entry, match) {
    if (!match || decisions.isBusy(entry.id)) return;
    void decisions.decline(entry, match);
  }

  function undo() {
    decisions.undo().then((id) => (id ? moveTo(id) : notify("Nothing was decided here yet.")), report);
  }

  /** @param {Question["what"]} what */
  function askOf(what) {
    if (may("book") && current && isOpen(current)) ask({ what, entry: current });
  }

  useShortcuts({
    j: () => go(1),
    k: () => go(-1),
    a: () => {
      if (!may("book") || !current) return;
      if (twinsOf(current).length > 0) notify("Several fit equally well. Choose one of them by its button.");
      else if (decisions.undoneOf(current.id) && proposalsOf(current).length === 0) again(current);
      else if (proposalsOf(current).length === 0) notify("Nothing is proposed for this entry. Press s to search for its document.");
      else accept(current, proposalsOf(current)[0]);
    },
    d: () => void (may("book") && current && decline(current, proposalsOf(current)[0])),
    s: () => askOf("search"),
    x: () => askOf("split"),
    r: () => askOf("reason"),
    u: () => void (may("book") && undo()),
  });
  // Once the dialogue has given the focus back to where it was opened.
  useEffect(() => {
    if (question !== null || decided === null) return;
    const now = entries.find(({ id }) => id === decided.id);
    if (now && isOpen(now)) moveTo(now.id);
    else goOn(decided);
    setDecided(null);
  }, [question]);
  useEffect(() => {
    if (entries.length === 0 && hasMore && !isLoading && !problem) more();
  }, [entries.length, hasMore, isLoading]);

  if (entries.length === 0) {
    if (problem || isLoading || hasMore) return html`<${Waiting} problem=${problem} isLoading=${isLoading || hasMore} onAgain=${loadAgain} />`;
    return html`<${Nothing} asked=${asked} />`;
  }
  return html`
    <ul class="bank-entries" aria-label="Entries" aria-busy=${isLoading} ref=${list}>
      ${entries.map(
        (entry) => html`
          <${Entry}
            key=${entry.id}
            ...${{ entry, isCurrent: entry === current, account: names.size > 1 && !asked.account ? names.get(entry.bankAccountId) : undefined }}
            isBusy=${decisions.isBusy(entry.id)}
            problem=${decisions.problemOf(entry.id)}
            undone=${decisions.undoneOf(entry.id)}
            onChoose=${() => choose(entry.id)}
            onAccept=${(/** @type {BankMatch} */ match) => accept(entry, match)}
            onDecline=${(/** @type {BankMatch} */ match) => decline(entry, match)}
            onAgain=${() => again(entry)}
            onAsk=${(/** @type {Question["what"]} */ what, /** @type {BankMatch | undefined} */ match) => ask({ what, entry, match })}
          />
        `,
      )}
    </ul>
    ${question && html`<${Dialogue} question=${question} ...${{ decisions, accounts }} onClose=${() => ask(null)} onDone=${setDecided} />`}
    <${Waiting} problem=${problem} isLoading=${false} onAgain=${hasMore ? more : loadAgain} />
    ${hasMore && html`<${NearEnd} key=${entries.length} onNear=${more} />`}
  `;
}

/**
 * @param {object} props
 * @param {Question} props.question
 * @param {Decisions} props.decisions
 * @param {BankAccount[]} props.accounts
 * @param {() => void} props.onClose
 * @param {(entry: MatchedEntry) => void} props.onDone
 */
function Dialogue({ question: { what, entry, match }, decisions, accounts, onClose, onDone }) {
  if (what === "reason") {
    return html`<${ReasonDialog} entry=${entry} onClose=${onClose} onSay=${(/** @type {string | null} */ reason) => decisions.explain(entry, reason).then(() => onDone(entry))} />`;
  }
  if (what === "takeBack") {
    return match && html`<${TakeBackDialog} match=${match} onClose=${onClose} onTakeBack=${(/** @type {string} */ reason) => decisions.takeBack(entry, match, reason)} />`;
  }
  return html`<${MatchDialog} ...${{ entry, accounts, onClose }} isSplit=${what === "split"} onMake=${(/** @type {PairRequest[]} */ pairs) => decisions.make(entry, pairs).then(() => onDone(entry))} />`;
}

/** @param {{ asked: Asked }} props */
function Nothing({ asked }) {
  const isFiltered = asked.account || asked.from || asked.to;
  if (asked.standing === "open") {
    return html`<${Empty} title=${isFiltered ? "Nothing is open here" : "Nothing is open"}><p>Each booked entry has a document or a reason. Drop the bank's next file here.</p><//>`;
  }
  return html`<${Empty} icon="bank" title="No entry is so" />`;
}
