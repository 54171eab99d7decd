// @ts-check
/** Where an entry stands, and what a decision makes of it. Pure. */

/** @import { BankMatch, MatchedEntry } from "../api/types.js" */

/** @param {Pick<MatchedEntry, "amount" | "explained">} entry @returns {number} minor units that nothing explains yet, signed as the entry */
export function leftOf({ amount, explained }) {
  return amount - explained;
}

/** @param {Pick<MatchedEntry, "status" | "amount" | "explained" | "reason" | "doubt">} entry @returns {boolean} whether nothing explains it, or what does holds no more */
export function isOpen({ status, amount, explained, reason, doubt }) {
  return status === "booked" && (doubt !== null || (explained !== amount && reason === null));
}

/** @param {MatchedEntry} entry @returns {boolean} whether it is open, and nobody was asked for its document */
export function needsYou(entry) {
  return isOpen(entry) && (entry.owedBy === null || entry.doubt !== null);
}

/** @param {MatchedEntry} entry @returns {BankMatch[]} the best first */
export function proposalsOf({ matches }) {
  return matches.filter(({ state }) => state === "proposed");
}

/** @param {MatchedEntry} entry @returns {BankMatch[]} */
export function acceptedOf({ matches }) {
  return matches.filter(({ state }) => state === "accepted");
}

/** @param {MatchedEntry} entry @returns {boolean} whether it is open, and the evidence of a match leaves no doubt */
export function isCertain(entry) {
  return isOpen(entry) && proposalsOf(entry).some(({ level }) => level === "automatic");
}

/**
 * @param {MatchedEntry} entry
 * @returns {BankMatch[]} where the best is a tie: it, and what else fits this entry equally well. A person chooses.
 */
export function twinsOf(entry) {
  const [best, ...others] = proposalsOf(entry);
  if (best?.level !== "tie") return [];
  return [best, ...others.filter(({ level, pairs }) => level === "tie" || pairs.some(({ documentId }) => best.twins.includes(documentId)))];
}

/**
 * @param {MatchedEntry} entry
 * @param {BankMatch} match that was accepted, made or undone
 * @returns {number} how much of the entry it explains
 */
function partOf({ id }, { pairs }) {
  return pairs.filter(({ entryId }) => entryId === id).reduce((sum, { amount }) => sum + amount, 0);
}

/**
 * @param {MatchedEntry} entry
 * @param {BankMatch} match accepted; where it is about other entries only, the entry stays as it is
 * @returns {MatchedEntry} without its other proposals once it is explained
 */
export function withAccepted(entry, match) {
  const part = partOf(entry, match);
  if (part === 0) return withoutUsed(entry, match);
  const explained = entry.explained + part;
  const others = entry.matches.filter(({ id, state }) => id !== match.id && (state === "accepted" || explained !== entry.amount));
  const status = match.kind === "hold" && entry.status === "pending" ? "replaced" : entry.status;
  return { ...entry, status, explained, matches: [...others.filter(({ state }) => state === "accepted"), match, ...others.filter(({ state }) => state !== "accepted")] };
}

/**
 * @param {MatchedEntry} entry
 * @param {BankMatch} match accepted, of another entry
 * @returns {MatchedEntry} without proposals of the documents that it uses up
 */
function withoutUsed(entry, { id: own, kind, pairs }) {
  if (kind === "partial" || kind === "refund") return entry;
  const used = new Set(pairs.filter(({ documentKind }) => documentKind === "expense" || documentKind === "payout").map(({ documentId }) => documentId));
  const matches = entry.matches.filter((each) => each.id === own || each.state !== "proposed" || each.kind === "refund" || !each.pairs.some(({ documentId }) => used.has(documentId)));
  return matches.length === entry.matches.length ? entry : { ...entry, matches };
}

/**
 * @param {MatchedEntry} entry
 * @param {BankMatch} match accepted before
 * @returns {MatchedEntry} what is open of it again
 */
export function withUndone(entry, match) {
  const part = partOf(entry, match);
  if (part === 0) return entry;
  const status = match.kind === "hold" && entry.status === "replaced" ? "pending" : entry.status;
  return { ...entry, status, doubt: null, explained: entry.explained - part, matches: entry.matches.filter(({ id }) => id !== match.id) };
}

/**
 * @param {MatchedEntry} entry
 * @param {BankMatch} match declined
 * @returns {MatchedEntry}
 */
export function withDeclined(entry, match) {
  return { ...entry, matches: entry.matches.filter(({ id }) => id !== match.id) };
}

/**
 * @param {MatchedEntry} entry
 * @param {BankMatch} match proposed again
 * @returns {MatchedEntry}
 */
export function withProposed(entry, match) {
  if (partOf(entry, match) === 0) return entry;
  return { ...entry, matches: [match, ...entry.matches.filter(({ id }) => id !== match.id)] };
}
