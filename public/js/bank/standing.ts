/** Where an entry stands, and what a decision makes of it. Pure. */

import type { BankMatch, MatchedEntry } from "../api/types.d.ts";

/** @returns minor units that nothing explains yet, signed as the entry */
export function leftOf({ amount, explained }: Pick<MatchedEntry, "amount" | "explained">): number {
  return amount - explained;
}

/** @returns whether nothing explains it, or what does holds no more */
export function isOpen({
  status,
  amount,
  explained,
  reason,
  doubt,
}: Pick<MatchedEntry, "status" | "amount" | "explained" | "reason" | "doubt">): boolean {
  return status === "booked" && (doubt !== null || (explained !== amount && reason === null));
}

/** @returns whether it is open, and nobody was asked for its document */
export function needsYou(entry: MatchedEntry): boolean {
  return isOpen(entry) && (entry.owedBy === null || entry.doubt !== null);
}

/** @returns the best first */
export function proposalsOf({ matches }: MatchedEntry): BankMatch[] {
  return matches.filter(({ state }) => state === "proposed");
}

export function acceptedOf({ matches }: MatchedEntry): BankMatch[] {
  return matches.filter(({ state }) => state === "accepted");
}

/** @returns whether it is open, and the evidence of a match leaves no doubt */
export function isCertain(entry: MatchedEntry): boolean {
  return isOpen(entry) && proposalsOf(entry).some(({ level }) => level === "automatic");
}

/**
 * @returns where the best is a tie: it, and what else fits this entry equally well. A person
 * chooses.
 */
export function twinsOf(entry: MatchedEntry): BankMatch[] {
  const [best, ...others] = proposalsOf(entry);
  if (best?.level !== "tie") return [];
  return [
    best,
    ...others.filter(
      ({ level, pairs }) =>
        level === "tie" || pairs.some(({ documentId }) => best.twins.includes(documentId)),
    ),
  ];
}

/**
 * @param match that was accepted, made or undone
 * @returns how much of the entry it explains
 */
function partOf({ id }: MatchedEntry, { pairs }: BankMatch): number {
  return pairs.filter(({ entryId }) => entryId === id).reduce((sum, { amount }) => sum + amount, 0);
}

/**
 * @param match accepted; where it is about other entries only, the entry stays as it is
 * @returns without its other proposals once it is explained
 */
export function withAccepted(entry: MatchedEntry, match: BankMatch): MatchedEntry {
  const part = partOf(entry, match);
  if (part === 0) return withoutUsed(entry, match);
  const explained = entry.explained + part;
  const others = entry.matches.filter(
    ({ id, state }) => id !== match.id && (state === "accepted" || explained !== entry.amount),
  );
  const status = match.kind === "hold" && entry.status === "pending" ? "replaced" : entry.status;
  return {
    ...entry,
    status,
    explained,
    matches: [
      ...others.filter(({ state }) => state === "accepted"),
      match,
      ...others.filter(({ state }) => state !== "accepted"),
    ],
  };
}

/**
 * @param match accepted, of another entry
 * @returns without proposals of the documents that it uses up
 */
function withoutUsed(entry: MatchedEntry, { id: own, kind, pairs }: BankMatch): MatchedEntry {
  if (kind === "partial" || kind === "refund") return entry;
  const used = new Set(
    pairs
      .filter(({ documentKind }) => documentKind === "expense" || documentKind === "payout")
      .map(({ documentId }) => documentId),
  );
  const matches = entry.matches.filter(
    (each) =>
      each.id === own ||
      each.state !== "proposed" ||
      each.kind === "refund" ||
      !each.pairs.some(({ documentId }) => used.has(documentId)),
  );
  return matches.length === entry.matches.length ? entry : { ...entry, matches };
}

/**
 * @param match accepted before
 * @returns what is open of it again
 */
export function withUndone(entry: MatchedEntry, match: BankMatch): MatchedEntry {
  const part = partOf(entry, match);
  if (part === 0) return entry;
  const status = match.kind === "hold" && entry.status === "replaced" ? "pending" : entry.status;
  return {
    ...entry,
    status,
    doubt: null,
    explained: entry.explained - part,
    matches: entry.matches.filter(({ id }) => id !== match.id),
  };
}

/** @param match declined */
export function withDeclined(entry: MatchedEntry, match: BankMatch): MatchedEntry {
  return { ...entry, matches: entry.matches.filter(({ id }) => id !== match.id) };
}

/** @param match proposed again */
export function withProposed(entry: MatchedEntry, match: BankMatch): MatchedEntry {
  if (partOf(entry, match) === 0) return entry;
  return { ...entry, matches: [match, ...entry.matches.filter(({ id }) => id !== match.id)] };
}
