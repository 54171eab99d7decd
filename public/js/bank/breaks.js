// @ts-check
/** Where statements do not join: what is missing or doubled between them, in words. */

import { date } from "../format.js";
import { amount } from "./words.js";
import { html, t } from "../words.js";

/** @import { BankAccount, Break } from "../api/types.js" */

/**
 * @param {Break} found
 * @param {string} currency of the account
 * @returns {string}
 */
export function breakInWords({ kind, fromDay, toDay, amount: moved, numbers }, currency) {
  const days = fromDay && toDay ? (fromDay === toDay ? date(fromDay) : `${date(fromDay)} to ${date(toDay)}`) : "";
  const [first, last] = numbers ?? [0, 0];
  const which = first === last ? `${first} is` : `${first} to ${last} are`;
  if (kind === "number") return t`Number ${which} missing; the balances join all the same.`;
  if (kind === "page") return t`Page ${which} missing.`;
  if (kind === "overlap") return t`${days || t`Some days`}: covered twice. What both have is stored once.`;
  const missing = moved === null || moved === 0 ? "" : t` ${amount(moved, currency)} moved in between.`;
  return t`${days ? `${days} ${fromDay === toDay ? "is" : "are"}` : t`A time is`} missing.${missing} Ask the bank for a statement of these days.`;
}

/** @param {{ breaks: Break[], accounts: BankAccount[] }} props nothing where all join */
export function Breaks({ breaks, accounts }) {
  if (breaks.length === 0) return null;
  const of = new Map(accounts.map((each) => [each.id, each]));
  return html`
    <section class="card" aria-labelledby="breaks-title">
      <h2 id="breaks-title">Gaps and overlaps</h2>
      <ul class="lines is-wrapped" aria-label="Gaps and overlaps">
        ${breaks.map(
          (each) => html`
            <li key=${`${each.kind} ${each.before} ${each.after}`} class="line">
              <div class="line-text">
                <span class="line-title">${of.get(each.bankAccountId)?.name ?? t`Bank account`} <span class="pill" data-status=${each.kind === "overlap" ? "" : "needs_review"}>${each.kind === "overlap" ? t`Overlap` : t`Gap`}</span></span>
                <span class="line-note">${breakInWords(each, of.get(each.bankAccountId)?.currency ?? "")}</span>
                <span class="line-actions">
                  <a class="button small" href=${`/bank/statements/${fileOf(each.before)}`}>Statement before</a>
                  <a class="button small" href=${`/bank/statements/${fileOf(each.after)}`}>Statement after</a>
                </span>
              </div>
            </li>
          `,
        )}
      </ul>
    </section>
  `;
}

/** @param {string} key of a statement within a file */
function fileOf(key) {
  return key.split("/")[0];
}
