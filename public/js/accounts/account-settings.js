// @ts-check
/** What an owner sets for the account: what AI may cost a day, its names and tax ids. */

import { dollars } from "../format.js";
import { readNumber, writtenAmount } from "../values/amount.js";
import { t } from "../words.js";

/** @import { Account, AccountChange } from "../api.js" */

/**
 * @typedef {object} Setting one field
 * @property {keyof AccountChange} name in the API
 * @property {string} label
 * @property {Record<string, unknown>} [attributes] of the field
 * @property {string} hint
 * @property {(account: Account) => string | null} value
 * @property {(text: string | null) => AccountChange} change
 * @property {(account: Account) => string} done what is said once it is saved
 * @property {(account: Account) => string} [now] the present state, before the hint
 */

/** @type {Setting} */
const AI_BUDGET = {
  name: "aiDailyBudget",
  label: t`AI budget, US dollars a day`,
  attributes: { maxlength: 16, inputmode: "decimal" },
  hint: t`Once it is spent, receipts wait for a person until midnight UTC, or until you raise it. Leave it empty for the default.`,
  value: ({ aiBudget }) => aiBudget.own && writtenAmount(aiBudget.own),
  // What is no number is sent as it is typed: the server says what is wrong.
  change: (text) => ({ aiDailyBudget: text && (readNumber(text).value ?? text) }),
  done: ({ aiBudget }) => (aiBudget.daily === null ? t`AI has no daily limit.` : t`AI may cost ${dollars(aiBudget.daily)} a day.`),
  now: ({ aiBudget }) => {
    const isOver = aiBudget.daily !== null && Number(aiBudget.countedToday) >= Number(aiBudget.daily);
    const limit = aiBudget.daily === null ? t`no daily limit` : t`${dollars(aiBudget.daily)} a day`;
    const byDefault = aiBudget.own === null ? t`The default applies: ${limit}. ` : "";
    return t`${byDefault}Spent today: ${dollars(aiBudget.countedToday)}${isOver ? t`, the whole budget.` : "."}`;
  },
};

/** @type {Setting} */
const COMPANY_NAMES = {
  name: "companyNames",
  label: t`Other names of the company`,
  hint: t`Beside the one above, such as a brand or a former name. On invoices they are the buyer, never the merchant. Separate them by semicolons.`,
  value: ({ companyNames }) => companyNames.join("; "),
  change: (text) => ({ companyNames: listOf(text) }),
  done: () => t`Documents that are read from now on know these names as yours.`,
};

/** @type {Setting} */
const TAX_IDS = {
  name: "taxIds",
  label: t`Other tax ids`,
  hint: t`Beside the VAT id above. Separate them by semicolons.`,
  value: ({ taxIds }) => taxIds.join("; "),
  change: (text) => ({ taxIds: listOf(text) }),
  done: () => t`Documents that are read from now on know these tax ids as yours.`,
};

/** Each is saved as a whole. @type {{ title: string, settings: Setting[] }[]} */
export const SECTIONS = [
  { title: t`Names on documents`, settings: [COMPANY_NAMES, TAX_IDS] },
  { title: t`AI`, settings: [AI_BUDGET] },
];

/** @param {string | null} text separated by semicolons */
function listOf(text) {
  return (text ?? "").split(";").map((part) => part.trim()).filter(Boolean);
}
