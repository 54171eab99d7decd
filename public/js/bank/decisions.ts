/**
 * Decisions on entries: each is shown in its row and sent at once, and can be undone. What is
 * refused comes back.
 */

import { useRef, useState } from "preact/hooks";

import { ApiError, get, post, put } from "../api/client.ts";
import { announce, notify } from "../notifications/notices.ts";
import { showIfOver } from "../state/report.ts";
import { sentenceOf } from "../state/request.ts";
import {
  isCertain,
  isOpen,
  proposalsOf,
  withAccepted,
  withDeclined,
  withProposed,
  withUndone,
} from "./standing.ts";
import { t } from "../words.ts";
import type { BankMatch, Explanation, MatchedEntry, PairRequest } from "../api/types.d.ts";

type Done = { entry: string; says: string; undo: () => Promise<void> };

export interface Decisions {
  /** as they are by now */
  entries: MatchedEntry[];
  /** how many of them are not open any more */
  closed: number;
  /** how many of those of a bank account */
  closedOf: (account: string) => number;
  /** how many of them had a certain match, and have none any more */
  certain: number;
  /** grows with each that the server has answered after it was shown */
  answered: number;
  isBusy: (id: string) => boolean;
  /** why the last decision on an entry was refused */
  problemOf: (id: string) => string | null;
  /** what was just taken back of an entry */
  undoneOf: (id: string) => BankMatch | null;
  /** why no mail asks the person who was just asked */
  notMailedOf: (id: string) => string | null;
  canUndo: boolean;
  accept: (entry: MatchedEntry, match: BankMatch) => Promise<void>;
  decline: (entry: MatchedEntry, match: BankMatch) => Promise<void>;
  /** match by hand what was taken back */
  again: (entry: MatchedEntry, match: BankMatch) => Promise<void>;
  /** match by hand; throws what the API has against it */
  make: (entry: MatchedEntry, pairs: PairRequest[]) => Promise<void>;
  /** throws what the API has against it */
  explain: (entry: MatchedEntry, explanation: Explanation) => Promise<void>;
  /** a person for its document, null: nobody; throws what the API has against it */
  ask: (entry: MatchedEntry, person: string | null) => Promise<void>;
  /** throws what the API has against it */
  takeBack: (entry: MatchedEntry, match: BankMatch, reason: string | null) => Promise<void>;
  /** the last decision; the id of its entry, null where there is none */
  undo: () => Promise<string | null>;
}

const SLIP = t`taken back on the page`;

/** @returns how many are not open any more */
function closedIn(before: MatchedEntry[], now: MatchedEntry[]): number {
  return before.filter(isOpen).length - now.filter(isOpen).length;
}

function decide({ id }: BankMatch, decision: "accept" | "decline") {
  return post("/api/bank/matches/{match_id}/decision", { decision }, { path: { match_id: id } });
}

/** @param items as they were loaded: what is loaded anew has no changes */
export function useDecisions(items: MatchedEntry[]): Decisions {
  const [changes, change] = useState<ReadonlyMap<MatchedEntry, MatchedEntry>>(new Map());
  const [busy, setBusy] = useState<ReadonlySet<string>>(new Set());
  const [problems, setProblems] = useState<Readonly<Record<string, string>>>({});
  const [undone, setUndone] = useState<Readonly<Record<string, BankMatch>>>({});
  const [notMailed, setNotMailed] = useState<Readonly<Record<string, string | null>>>({});
  const [answered, setAnswered] = useState(0);
  const done = useRef<Done[]>([]);
  // What is on its way, by entry: what is asked of it next waits until then.
  const onItsWay = useRef(new Map<string, Promise<void>>());
  const loaded = useRef(items);
  loaded.current = items;
  const entries = items.map((each) => changes.get(each) ?? each);

  /**
   * @param update the same entry where it changes nothing
   * @returns makes each what it was, unless something else has changed it since
   */
  function updateAll(update: (entry: MatchedEntry) => MatchedEntry): () => void {
    const was: Map<MatchedEntry, MatchedEntry> = new Map();
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

  function replace(entry: MatchedEntry) {
    updateAll((each) => (each.id === entry.id ? entry : each));
  }

  /** @returns whether something is proposed for it by now */
  async function loadAgain(id: string): Promise<boolean> {
    const { payments, ...loadedEntry } = await get("/api/bank/entries/{entry_id}", {
      path: { entry_id: id },
    });
    const entry = { ...loadedEntry, paymentCount: payments.length };
    replace(entry);
    return proposalsOf(entry).length > 0;
  }

  /** @param id the entry's */
  async function act(id: string, decide: () => Promise<void>) {
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
   * @param id the entry's
   * @returns why
   */
  async function refused(id: string, error: unknown): Promise<string> {
    const isGone = error instanceof ApiError && error.status === 404;
    const why = isGone
      ? t`This proposal is gone, since its document or entry is matched otherwise by now. Here is what fits.`
      : sentenceOf(error);
    setProblems((before) => ({ ...before, [id]: why }));
    // Somebody else was first: what they decided is shown.
    if (isGone || (error instanceof ApiError && error.status === 409))
      await loadAgain(id).catch(() => false);
    return why;
  }

  /**
   * Shown at once. What is refused comes back, with the reason in its row, and in a notice for
   * those who went on.
   */
  async function soon(
    entry: MatchedEntry,
    {
      says,
      shown,
      send,
      undo,
    }: {
      says: string;
      shown: (entry: MatchedEntry) => MatchedEntry;
      send: () => Promise<unknown>;
      undo: () => Promise<void>;
    },
  ) {
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
        notify(t`${entry.counterparty || entry.words || t`The entry`} is open still: ${why}`, {
          kind: "problem",
        });
      },
    );
    onItsWay.current.set(id, sent);
    await sent;
    if (onItsWay.current.get(id) === sent) onItsWay.current.delete(id);
    setAnswered((count) => count + 1);
  }

  function accepted(entry: MatchedEntry, match: BankMatch) {
    updateAll((each) => withAccepted(each, match));
    setUndone(({ [entry.id]: _, ...others }) => others);
    const undo = () => undoMatch(entry.id, match, SLIP);
    done.current.push({ entry: entry.id, says: t`Accepted`, undo });
    announce(t`Accepted.`);
  }

  async function make(entry: MatchedEntry, pairs: PairRequest[]) {
    await onItsWay.current.get(entry.id);
    accepted(entry, await post("/api/bank/matches", { pairs }));
  }

  /**
   * @param id the entry's
   * @returns as it is then
   */
  async function takeBack(id: string, match: BankMatch, reason: string | null): Promise<BankMatch> {
    await onItsWay.current.get(id);
    return await post(
      "/api/bank/matches/{match_id}/undoing",
      { reason },
      { path: { match_id: match.id } },
    );
  }

  /**
   * @param id the entry's
   * @param match accepted
   */
  async function undoMatch(id: string, match: BankMatch, reason: string | null) {
    const answer = await takeBack(id, match, reason);
    updateAll((each) => withUndone(each, answer));
    // It is proposed again, but for what a person has put together.
    const isProposed = await loadAgain(id).catch(() => false);
    if (!isProposed) setUndone((before) => ({ ...before, [id]: answer }));
  }

  /** @param id the entry's */
  async function sayWhy(id: string, explanation: Explanation) {
    await onItsWay.current.get(id);
    const { payments, ...entry } = await put(
      "/api/bank/entries/{entry_id}/explanation",
      explanation,
      { path: { entry_id: id } },
    );
    replace({ ...entry, paymentCount: payments.length });
  }

  /** @param id the entry's */
  async function nameWhoOwes(id: string, person: string | null) {
    await onItsWay.current.get(id);
    const {
      payments,
      notMailed: why,
      ...entry
    } = await put("/api/bank/entries/{entry_id}/owed-by", { person }, { path: { entry_id: id } });
    setNotMailed((before) => ({ ...before, [id]: why }));
    replace({ ...entry, paymentCount: payments.length });
  }

  return {
    entries,
    closed: closedIn(items, entries),
    closedOf: (account) => {
      const isOf = ({ bankAccountId }: MatchedEntry) => bankAccountId === account;
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
      const now = { ...match, state: "accepted" } as BankMatch;
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
    again: (entry, { pairs }) =>
      act(entry.id, () =>
        make(
          entry,
          pairs.map(({ title: _title, settles: _settles, currency: _currency, ...pair }) => pair),
        ),
      ),
    make,
    explain: async (entry, explanation) => {
      const before = { reason: entry.reason, kind: entry.reasonKind };
      await sayWhy(entry.id, explanation);
      done.current.push({
        entry: entry.id,
        says: t`Explained`,
        undo: () => sayWhy(entry.id, before),
      });
    },
    ask: async (entry, person) => {
      const before = entry.owedBy;
      await nameWhoOwes(entry.id, person);
      done.current.push({
        entry: entry.id,
        says: t`Asked`,
        undo: () => nameWhoOwes(entry.id, before),
      });
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
