// @ts-check
/** One entry, and beside it what explains it or may do so. */

import { counted } from "../format.js";
import { Day, Moment } from "../parts/values.js";
import { may } from "../state/session.js";
import { acceptedOf, isOpen, leftOf, proposalsOf, twinsOf } from "./standing.js";
import { amount, because, hrefOf, KINDS, sureness, titleOf } from "./words.js";
import { html, t } from "../words.js";

/** @import { ComponentChildren } from "preact" */
/** @import { BankMatch, MatchedEntry } from "../api/types.js" */
/** @import { Question } from "./entries.js" */

/**
 * @typedef {object} EntryProps
 * @property {MatchedEntry} entry
 * @property {boolean} isCurrent the keys are about it
 * @property {string} [account] its bank account, where several are shown
 * @property {string | null} owedBy the name of the person who owes its document
 * @property {boolean} isBusy
 * @property {string | null} problem
 * @property {BankMatch | null} undone what was just taken back
 * @property {string | null} notMailed why no mail asks the person who owes its document
 * @property {() => void} onChoose
 * @property {(match: BankMatch) => void} onAccept
 * @property {(match: BankMatch) => void} onDecline
 * @property {() => void} onAgain match by hand what was just taken back
 * @property {(what: Question["what"], match?: BankMatch) => void} onAsk
 */

/** @param {EntryProps} props */
export function Entry(props) {
  const { entry, isCurrent, account, isBusy, problem, onChoose } = props;
  const { id, day, counterparty, counterpartyShown, words, currency, foreignAmount, foreignCurrency, rate, charges, isReversal, status, paymentCount } = entry;
  const foreign = foreignAmount !== null && foreignCurrency ? `${amount(foreignAmount, foreignCurrency)}${rate ? t` at the rate ${rate}` : ""}` : "";
  const notes = [
    account,
    counterpartyShown,
    foreign,
    charges !== 0 && t`charges ${amount(charges, currency)}`,
    isReversal && t`reversal`,
    paymentCount > 0 && t`batch of ${counted(paymentCount, "payment")}`,
  ].filter(Boolean);
  const title = counterparty || words || t`Without a name`;
  return html`
    <li class="bank-entry" data-id=${id} data-open=${isOpen(entry)} aria-current=${isCurrent ? "true" : null} aria-busy=${isBusy} tabindex="-1" aria-label=${`${title}, ${amount(entry.amount, currency)}`} onFocusIn=${onChoose} onClick=${onChoose}>
      <div class="bank-line">
        <div class="bank-head">
          <strong>${title}</strong>
          <span class=${entry.amount > 0 ? "bank-amount is-in" : "bank-amount"}>${amount(entry.amount, currency)}</span>
        </div>
        <p class="quiet"><${Day} day=${day} />${status === "pending" && t` · pending`}${status === "replaced" && t` · replaced`}${notes.map((each) => ` · ${each}`)}</p>
        ${counterparty && words && words !== counterparty && html`<p class="bank-words">${words}</p>`}
      </div>
      <div class="bank-beside">
        <${Beside} ...${props} />
        ${problem && html`<p class="form-problem" role="alert">${problem}</p>`}
      </div>
    </li>
  `;
}

/** @param {EntryProps} props */
function Beside(props) {
  const { entry, owedBy, undone, notMailed, isBusy, onAccept, onDecline, onAgain, onAsk } = props;
  const accepted = acceptedOf(entry);
  const proposals = proposalsOf(entry);
  const twins = twinsOf(entry);
  const left = leftOf(entry);
  const best = proposals[0];
  const buttons = { isBusy, entry };
  return html`
    ${accepted.map((match) => html`<${Accepted} key=${match.id} match=${match} entry=${entry} onTakeBack=${() => onAsk("takeBack", match)} />`)}
    ${entry.doubt && html`<p class="form-problem" role="status">${DOUBTS[entry.doubt]} Take the match back, or put the expense right.</p>`}
    ${accepted.length > 0 && left !== 0 && html`<p>${amount(left, entry.currency)} left.</p>`}
    ${entry.reason && html`<p class="bank-done"><span class="pill" data-status="complete">Reason</span> ${entry.reason}</p>`}
    ${
      twins.length > 0
        ? html`
            <p class="bank-twins"><span class="pill" data-status="needs_review">Twins</span> ${twins.length > 1 ? t`${twins.length} documents fit equally well: choose one.` : t`Another entry or document fits as well: compare before you accept it.`}</p>
            ${twins.map((match) => html`<${Proposal} key=${match.id} ...${{ match, entry }}><${Decide} ...${{ ...buttons, match, onAccept, onDecline }} /><//>`)}
          `
        : best && html`<${Proposal} ...${{ match: best, entry }}><${Decide} ...${{ ...buttons, match: best, onAccept, onDecline }} hasKeys=${true} /><//>`
    }
    ${
      twins.length === 0 &&
      proposals.length > 1 &&
      html`
        <details class="bank-others">
          <summary>${counted(proposals.length - 1, "other")} may fit</summary>
          ${proposals.slice(1).map((match) => html`<${Proposal} key=${match.id} ...${{ match, entry }}><${Decide} ...${{ ...buttons, match, onAccept, onDecline }} /><//>`)}
        </details>
      `
    }
    ${isOpen(entry) && !best && accepted.length === 0 && (undone || !owedBy) && html`<p class="quiet bank-none">${undone ? t`The match was taken back.` : t`No document fits.`}</p>`}
    ${isOpen(entry) && undone && undone.kind !== "hold" && may("book") && html`<${Proposal} ...${{ match: undone, entry }}><p class="form-buttons"><button type="button" class="button small" disabled=${isBusy} onClick=${onAgain}>Match again</button></p><//>`}
    ${isOpen(entry) && owedBy && html`<p class="bank-done"><span class="pill" data-status="processing">Asked</span> ${owedBy} owes its document. <span class="quiet">${entry.askedAt && html`Asked <${Moment} at=${entry.askedAt} />.`}</span>${notMailed && html` <span role="status">${notMailed}</span>`}</p>`}
    ${entry.status === "pending" && !best && html`<p class="quiet">The bank has not booked it yet.</p>`}
    ${isOpen(entry) && left !== 0 && may("book") && html`<${ByHand} isBusy=${isBusy} isAsked=${owedBy !== null} onAsk=${onAsk} />`}
    ${entry.reason && may("book") && html`<p class="form-buttons"><button type="button" class="button small" onClick=${() => onAsk("reason")}>Change the reason…</button></p>`}
  `;
}

/** Why what was accepted holds no more. @type {Record<string, string>} */
const DOUBTS = { voided: t`The expense was voided.`, changed: t`The expense has another total now.` };

/** @param {{ match: BankMatch, entry: MatchedEntry, children?: ComponentChildren }} props */
function Proposal({ match, entry, children }) {
  return html`
    <div class="bank-match">
      <div>
        <${Documents} match=${match} entry=${entry} />
        <p class="quiet">${KINDS[match.kind] && `${KINDS[match.kind]}. `}${because(match)} <span class="bank-sureness">${sureness(match)}</span></p>
      </div>
      ${may("book") && children}
    </div>
  `;
}

/** What a match is about beside the entry. @param {{ match: BankMatch, entry: MatchedEntry }} props */
function Documents({ match: { pairs }, entry }) {
  const own = pairs.filter(({ entryId }) => entryId === entry.id);
  const others = new Set(pairs.filter(({ entryId }) => entryId !== entry.id).map(({ entryId }) => entryId)).size;
  return html`
    <div class="bank-documents">
      ${own.map((pair) => {
        const href = hrefOf(pair);
        const title = titleOf(pair.title);
        const isPart = own.length > 1 || pair.amount !== entry.amount;
        return html`<p key=${`${pair.documentId} ${pair.payment}`}>${href ? html`<a href=${href}>${title}</a>` : title}${isPart && html` <span class="quiet">${amount(pair.amount, entry.currency)}</span>`}</p>`;
      })}
      ${others > 0 && html`<p class="quiet">together with ${counted(others, "other entry", "other entries")}</p>`}
    </div>
  `;
}

/**
 * @param {object} props
 * @param {MatchedEntry} props.entry
 * @param {BankMatch} props.match
 * @param {boolean} props.isBusy
 * @param {boolean} [props.hasKeys]
 * @param {(match: BankMatch) => void} props.onAccept
 * @param {(match: BankMatch) => void} props.onDecline
 */
function Decide({ match, isBusy, hasKeys = false, onAccept, onDecline }) {
  const of = match.pairs.map(({ title }) => titleOf(title)).filter(Boolean).join(", ");
  return html`
    <p class="form-buttons">
      <button type="button" class="button small primary" disabled=${isBusy} onClick=${() => onAccept(match)}><span>Accept<span class="visually-hidden">: ${of}</span></span>${hasKeys && html` <${Key} is="a" />`}</button>
      <button type="button" class="button small" disabled=${isBusy} onClick=${() => onDecline(match)}><span>Decline<span class="visually-hidden">: ${of}</span></span>${hasKeys && html` <${Key} is="d" />`}</button>
    </p>
  `;
}

/** @param {{ match: BankMatch, entry: MatchedEntry, onTakeBack: () => void }} props */
function Accepted({ match, entry, onTakeBack }) {
  return html`
    <div class="bank-match">
      <div class="bank-accepted"><span class="pill" data-status="complete">Accepted</span> <${Documents} match=${match} entry=${entry} /></div>
      ${may("book") && html`<p class="form-buttons"><button type="button" class="button small" onClick=${onTakeBack}>Take back…</button></p>`}
    </div>
  `;
}

/** @param {{ isBusy: boolean, isAsked: boolean, onAsk: EntryProps["onAsk"] }} props */
function ByHand({ isBusy, isAsked, onAsk }) {
  return html`
    <p class="form-buttons bank-by-hand">
      <button type="button" class="button small" disabled=${isBusy} onClick=${() => onAsk("search")}>Search… <${Key} is="s" /></button>
      <button type="button" class="button small" disabled=${isBusy} onClick=${() => onAsk("split")}>Split… <${Key} is="x" /></button>
      <button type="button" class="button small" disabled=${isBusy} onClick=${() => onAsk("reason")}>No document… <${Key} is="r" /></button>
      <button type="button" class="button small" disabled=${isBusy} onClick=${() => onAsk("ask")}>${isAsked ? t`Ask another person…` : t`Ask for it…`} <${Key} is="p" /></button>
    </p>
  `;
}

/** The key that does it, for those who have one. @param {{ is: string }} props */
function Key({ is }) {
  return html`<kbd class="only-fine" aria-hidden="true">${is}</kbd>`;
}
