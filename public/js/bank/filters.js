// @ts-check
/** Which entries are shown, and how many of them are left. */

import { get } from "../api/client.js";
import { SelectField } from "../parts/fields.js";
import { go } from "../shell/address.js";
import { useRequest } from "../state/request.js";
import { daysOf, monthsBack } from "../values/period.js";
import { addressOf, monthOf, STANDINGS } from "./asked.js";
import { monthInWords } from "./words.js";
import { html, t } from "../words.js";

/** @import { BankAccount } from "../api/types.js" */
/** @import { Asked } from "./asked.js" */

/** @param {{ asked: Asked, accounts: BankAccount[], closed: number }} props `closed` of the entries that are shown since they were loaded */
export function Filters({ asked, accounts, closed }) {
  const shown = accounts.filter(({ id, archivedAt }) => !archivedAt || id === asked.account);
  const month = monthOf(asked);
  const newest = accounts.reduce((last, { lastDay }) => (lastDay && lastDay > last ? lastDay : last), new Date().toISOString().slice(0, 10));
  const oldest = accounts.reduce((first, { firstDay }) => (firstDay && firstDay < first ? firstDay : first), newest);
  const months = monthsBack(newest, oldest);
  const change = (/** @type {Partial<Asked>} */ to) => go(addressOf({ ...asked, ...to }), { replace: true });
  return html`
    <div class="bank-filters">
      <${SelectField}
        label="Account"
        value=${asked.account}
        options=${[{ value: "", label: t`All accounts` }, ...shown.map(({ id, name }) => ({ value: id, label: name }))]}
        onValue=${(/** @type {string} */ account) => change({ account })}
      />
      <${SelectField} label="Entries" value=${asked.standing} options=${STANDINGS} onValue=${(/** @type {string} */ standing) => change({ standing })} />
      <${SelectField}
        label="Month"
        value=${month}
        options=${[{ value: "", label: t`Any month` }, ...[...new Set([month, ...months])].filter(Boolean).map((each) => ({ value: each, label: monthInWords(each) }))]}
        onValue=${(/** @type {string} */ to) => change(daysOf(to))}
      />
      <${Progress} asked=${asked} accounts=${accounts} closed=${closed} />
    </div>
  `;
}

/** How many entries wait for an explanation. The accounts tell it, but not for some days. @param {{ asked: Asked, accounts: BankAccount[], closed: number }} props */
function Progress({ asked: { account, from, to }, accounts, closed }) {
  const isOfDays = Boolean(from || to);
  const { answer } = useRequest(async (signal) => (isOfDays ? get("/api/bank/progress", { query: { account, from, to }, signal }) : null), [account, from, to]);
  const found = accounts.filter(({ id }) => !account || id === account);
  const all = isOfDays ? answer : { entries: sum(found.map(({ entries }) => entries)), open: sum(found.map(({ open }) => open)) };
  if (!all) return html`<div class="bank-progress"></div>`;
  const left = Math.max(0, all.open - closed);
  const text = all.entries === 0 ? t`No entries` : left === 0 ? t`All ${all.entries} explained` : t`${left} of ${all.entries} left`;
  return html`
    <div class="bank-progress">
      <span role="status">${text}</span>
      ${all.entries > 0 && html`<progress max=${all.entries} value=${all.entries - left} aria-label="Explained"></progress>`}
    </div>
  `;
}

/** @param {number[]} counts */
function sum(counts) {
  return counts.reduce((all, each) => all + each, 0);
}
