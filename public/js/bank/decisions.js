// @ts-check
/** Decisions on entries: each is shown in its row and sent at once, and can be undone. What is refused comes back. */

import { useRef, useState } from "preact/hooks";

import { ApiError, get, onceOnly, post, put } from "../api/client.js";
import { announce, notify } from "../notifications/notices.js";
import { showIfOver } from "../state/report.js";
import { sentenceOf } from "../state/request.js";
import { isCertain, isOpen, proposalsOf, withAccepted, withDeclined, withProposed, withUndone } from "./standing.js";
import { t } from "../words.js";

/** @import { BankMatch, MatchedEntry, PairRequest } from "../api/types.js" */

/** @typedef {{ entry: string, says: string, undo: () => Promise<void> }} Done */

/**
 * @typedef {object} Decisions
 * @property {MatchedEntry[]} entries as they are by now
 * @property {number} closed how many of them are not open any more
 * @property {(account: string) => number} closedOf how many of those of a bank account
 * @property {number} certain how many of them had a certain match, and have none any more
 * @property {number} answered grows with each that the server has answered after it was shown
 * @property {(id: string) => boolean} isBusy
 * @property {(id: string) => string | null} problemOf why the last decision on an entry was refused
 * @property {(id: string) => BankMatch | null} undoneOf what was just taken back of an entry
 * @property {(id: string) => string | null} notMailedOf why no mail asks the person who was just asked
 * @property {boolean} canUndo
 * @property {(entry: MatchedEntry, match: BankMatch) => Promise<void>} accept
 * @property {(entry: MatchedEntry, match: BankMatch) => Promise<void>} decline
 * @property {(entry: MatchedEntry, match: BankMatch) => Promise<void>} again match by hand what was taken back
 * @property {(entry: MatchedEntry, pairs: PairRequest[]) => Promise<void>} make match by hand; throws what the API has against it
 * @property {(entry: MatchedEntry, reason: string | null) => Promise<void>} explain throws what the API has against it
 * @property {(entry: MatchedEntry, person: string | null) => Promise<void>} ask a person for its document, null: nobody; throws what the API has against it
 * @property {(entry: MatchedEntry, match: BankMatch, reason: string) => Promise<void>} takeBack throws what the API has against it
 * @property {() => Promise<string | null>} undo the last decision; the id of its entry, null where there is none
 */

const SLIP = t`taken back on the page`;

/** @param {MatchedEntry[]} before @param {MatchedEntry[]} now @returns {number} how many are not open any more */
function closedIn(before, now) {
  return before.filter(isOpen).length - now.filter(isOpen).length;
}

/** @param {BankMatch} match @param {"accept" | "decline"} decision */
function decide({ id }, decision) {
  return post("/api/bank/matches/{match_id}/decision", { decision }, { path: { match_id: id }, headers: onceOnly() });
}

/**
 * @param {MatchedEntry[]} items as they were loaded: what is loaded anew has no changes
 * @returns {Decisions}
 */
export function useDecisions(items) {
  const [changes, change] = useState(/** @type {ReadonlyMap<MatchedEntry, MatchedEntry>} */ (new Map()));
  const [busy, setBusy] = useState(/** @type {ReadonlySet<string>} */ (new Set()));
  const [problems, setProblems] = useState(/** @type {Readonly<Record<string, string>>} */ ({}));
  const [undone, setUndone] = useState(/** @type {Readonly<Record<string, BankMatch>>} */ ({}));
  const [notMailed, setNotMailed] = useState(/** @type {Readonly<Record<string, string | null>>} */ ({}));
  const [answered, setAnswered] = useState(0);
  const done = useRef(/** @type {Done[]} */ ([]));
  // What is on its way, by entry: what is asked of it next waits until then.
  const onItsWay = useRef(/** @type {Map<string, Promise<void>>} */ (new Map()));
  const loaded = useRef(items);
  loaded.current = items;
  const entries = items.map((each) => changes.get(each) ?? each);

  /**
   * @param {(entry: MatchedEntry) => MatchedEntry} update the same entry where it changes nothing
   * @returns {() => void} makes each what it was, unless something else has changed it since
   */
  function updateAll(update) {
    /** @type {Map<MatchedEntry, MatchedEntry>} */
    const was = new Map();
    change((before) => {
      const now = new Map(before);
      for (const item of loaded.current) {
        const known = before.get(item) ?? item;
        const next = update(known);
        if (next === known) continue;
        now.set(item, next);
        was.set(next, known);
      }
      return now;
    });
    return () => void updateAll((each) => was.get(each) ?? each);
  }

  /** @param {MatchedEntry} entry */
  function replace(entry) {
    updateAll((each) => (each.id === entry.id ? entry : each));
  }

  /** @param {string} id @returns {Promise<boolean>} whether something is proposed for it by now */
  async function loadAgain(id) {
    const { payments, ...loadedEntry } = await get("/api/bank/entries/{entry_id}", { path: { entry_id: id } });
    const entry = { ...loadedEntry, paymentCount: payments.length };
    replace(entry);
    return proposalsOf(entry).length > 0;
  }

  /**
   * @param {string} id the entry's
   * @param {() => Promise<void>} decide
   */
  async function act(id, decide) {
    setBusy((before) => new Set(before).add(id));
    setProblems(({ [id]: _, ...others }) => others);
    try {
      await decide();
    } catch (error) {
      if (!showIfOver(error)) await refused(id, error);
    } finally {
      setBusy((before) => new Set([...before].filter((each) => each !== id)));
    }
  }

  /**
   * @param {string} id the entry's
   * @param {unknown} error
   * @returns {Promise<string>} why
   */
  async function refused(id, error) {
    const isGone = error instanceof ApiError && error.status === 404;
    const why = isGone ? t`This proposal is gone, since its document or entry is matched otherwise by now. Here is what fits.` : sentenceOf(error);
    setProblems((before) => ({ ...before, [id]: why }));
    // Somebody else was first: what they decided is shown.
    if (isGone || (error instanceof ApiError && error.status === 409)) await loadAgain(id).catch(() => false);
    return why;
  }

  /**
   * Shown at once. What is refused comes back, with the reason in its row, and in a notice for those who went on.
   *
   * @param {MatchedEntry} entry
   * @param {{ says: string, shown: (entry: MatchedEntry) => MatchedEntry, send: () => Promise<unknown>, undo: () => Promise<void> }} what
   */
  async function soon(entry, { says, shown, send, undo }) {
    const { id } = entry;
    const putBack = updateAll(shown);
    setProblems(({ [id]: _, ...others }) => others);
    const one = { entry: id, says, undo };
    done.current.push(one);
    announce(`${says}.`);
    const sent = (onItsWay.current.get(id) ?? Promise.resolve()).then(send).then(
      () => undefined,
      async (error) => {
        done.current = done.current.filter((each) => each !== one);
        putBack();
        if (showIfOver(error)) return;
        const why = await refused(id, error);
        notify(t`${entry.counterparty || entry.words || t`The entry`} is open still: ${why}`, { kind: "problem" });
      },
    );
    onItsWay.current.set(id, sent);
    await sent;
    if (onItsWay.current.get(id) === sent) onItsWay.current.delete(id);
    setAnswered((count) => count + 1);
  }

  /**
   * @param {MatchedEntry} entry
   * @param {BankMatch} match
   */
  function accepted(entry, match) {
    updateAll((each) => withAccepted(each, match));
    setUndone(({ [entry.id]: _, ...others }) => others);
    const undo = () => undoMatch(entry.id, match, SLIP);
    done.current.push({ entry: entry.id, says: t`Accepted`, undo });
    announce(t`Accepted.`);
  }

  /** @param {MatchedEntry} entry @param {PairRequest[]} pairs */
  async function make(entry, pairs) {
    await onItsWay.current.get(entry.id);
    accepted(entry, await post("/api/bank/matches", { pairs }, { headers: onceOnly() }));
  }

  /** @param {string} id the entry's @param {BankMatch} match @param {string} reason @returns {Promise<BankMatch>} as it is then */
  async function takeBack(id, match, reason) {
    await onItsWay.current.get(id);
    return await post("/api/bank/matches/{match_id}/undoing", { reason }, { path: { match_id: match.id }, headers: onceOnly() });
  }

  /**
   * @param {string} id the entry's
   * @param {BankMatch} match accepted
   * @param {string} reason
   */
  async function undoMatch(id, match, reason) {
    const answer = await takeBack(id, match, reason);
    updateAll((each) => withUndone(each, answer));
    // It is proposed again, but for what a person has put together.
    const isProposed = await loadAgain(id).catch(() => false);
    if (!isProposed) setUndone((before) => ({ ...before, [id]: answer }));
  }

  /**
   * @param {string} id the entry's
   * @param {string | null} reason
   */
  async function sayWhy(id, reason) {
    await onItsWay.current.get(id);
    const { payments, ...entry } = await put("/api/bank/entries/{entry_id}/explanation", { reason }, { path: { entry_id: id } });
    replace({ ...entry, paymentCount: payments.length });
  }

  /**
   * @param {string} id the entry's
   * @param {string | null} person
   */
  async function nameWhoOwes(id, person) {
    await onItsWay.current.get(id);
    const { payments, notMailed: why, ...entry } = await put("/api/bank/entries/{entry_id}/owed-by", { person }, { path: { entry_id: id } });
    setNotMailed((before) => ({ ...before, [id]: why }));
    replace({ ...entry, paymentCount: payments.length });
  }

  return {
    entries,
    closed: closedIn(items, entries),
    closedOf: (account) => {
      const isOf = (/** @type {MatchedEntry} */ { bankAccountId }) => bankAccountId === account;
      return closedIn(items.filter(isOf), entries.filter(isOf));
    },
    answered,
    certain: items.filter(isCertain).length - entries.filter(isCertain).length,
    isBusy: (id) => busy.has(id),
    problemOf: (id) => problems[id] ?? null,
    undoneOf: (id) => undone[id] ?? null,
    notMailedOf: (id) => notMailed[id] ?? null,
    canUndo: done.current.length > 0,
    accept: (entry, match) => {
      setUndone(({ [entry.id]: _, ...others }) => others);
      const now = /** @type {BankMatch} */ ({ ...match, state: "accepted" });
      return soon(entry, {
        says: t`Accepted`,
        shown: (each) => withAccepted(each, now),
        send: () => decide(match, "accept"),
        undo: () => undoMatch(entry.id, now, SLIP),
      });
    },
    decline: (entry, match) =>
      soon(entry, {
        says: t`Declined`,
        shown: (each) => withDeclined(each, match),
        send: () => decide(match, "decline"),
        undo: async () => {
          const again = await takeBack(entry.id, match, SLIP);
          if (again.state === "proposed") updateAll((each) => withProposed(each, again));
        },
      }),
    again: (entry, { pairs }) => act(entry.id, () => make(entry, pairs.map(({ title: _title, settles: _settles, currency: _currency, ...pair }) => pair))),
    make,
    explain: async (entry, reason) => {
      const before = entry.reason;
      await sayWhy(entry.id, reason);
      done.current.push({ entry: entry.id, says: t`Explained`, undo: () => sayWhy(entry.id, before) });
    },
    ask: async (entry, person) => {
      const before = entry.owedBy;
      await nameWhoOwes(entry.id, person);
      done.current.push({ entry: entry.id, says: t`Asked`, undo: () => nameWhoOwes(entry.id, before) });
      announce(person === null ? t`Nobody is asked any more.` : t`Asked.`);
    },
    takeBack: (entry, match, reason) => undoMatch(entry.id, match, reason),
    undo: async () => {
      const last = done.current.pop();
      if (!last) return null;
      await act(last.entry, last.undo);
      announce(t`Undone.`);
      return last.entry;
    },
  };
}
