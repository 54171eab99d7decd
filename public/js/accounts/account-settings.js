// @ts-check
/** What an owner sets for the account: the base currency, what AI may cost a day, its names and tax ids. */

import { dollars } from "../format.js";
import { readNumber, writtenAmount } from "../values/amount.js";

/** @import { Account, AccountChange } from "../api.js" */

/**
 * @typedef {object} Setting one field; `save` is what its button is called
 * @property {string} id
 * @property {string} label
 * @property {string} save
 * @property {string} [placeholder]
 * @property {Record<string, unknown>} [attributes] of the input
 * @property {string} [hint]
 * @property {(account: Account) => string | null} value
 * @property {(text: string | null) => AccountChange} change
 * @property {(account: Account) => string} done what is said once it is saved
 * @property {(account: Account) => string} [now] how things stand, under the field
 */

/** @type {Setting[]} */
export const SETTINGS = [
  {
    id: "base-currency",
    save: "Save the base currency",
    placeholder: "none",
    attributes: { maxlength: 3, list: "currencies", autocapitalize: "characters" },
    label: "Base currency",
    hint: "Expenses are also shown in it, by the European Central Bank’s rate of their day.",
    value: ({ baseCurrency }) => baseCurrency,
    change: (text) => ({ baseCurrency: text }),
    done: ({ baseCurrency }) =>
      baseCurrency
        ? `Expenses are also shown in ${baseCurrency} within minutes, where a rate is known.`
        : "Expenses are shown in their own currency only.",
  },
  {
    id: "ai-budget",
    save: "Save the AI budget",
    placeholder: "the deployment’s",
    attributes: { maxlength: 16, inputmode: "decimal" },
    label: "AI budget, US dollars a day",
    hint: "Once it is spent, receipts wait for a person until midnight UTC, or until you raise it. Empty: the deployment’s setting.",
    value: ({ aiBudget }) => aiBudget.own && writtenAmount(aiBudget.own),
    // What is no number is sent as it is typed: the server says what is wrong.
    change: (text) => ({ aiDailyBudget: text && (readNumber(text).value ?? text) }),
    done: ({ aiBudget }) => `AI may cost ${perDay(aiBudget.daily)}.`,
    now: ({ aiBudget }) => {
      const isOver = aiBudget.daily !== null && Number(aiBudget.countedToday) >= Number(aiBudget.daily);
      const limit = aiBudget.own === null ? `The deployment’s setting holds: ${perDay(aiBudget.daily)}. ` : "";
      return `${limit}Spent today: ${dollars(aiBudget.countedToday)}${isOver ? ", all there is." : "."}`;
    },
  },
  {
    id: "company-names",
    save: "Save the company names",
    placeholder: "none",
    label: "Our company names",
    hint: "Parted by semicolons. On invoices they are the buyer, never the merchant.",
    value: ({ companyNames }) => companyNames.join("; "),
    change: (text) => ({ companyNames: listOf(text) }),
    done: () => "Saved. Documents that are read from now on know these names as yours.",
  },
  {
    id: "tax-ids",
    save: "Save the tax ids",
    placeholder: "none",
    label: "Our tax ids",
    hint: "Parted by semicolons.",
    value: ({ taxIds }) => taxIds.join("; "),
    change: (text) => ({ taxIds: listOf(text) }),
    done: () => "Saved. Documents that are read from now on know these tax ids as yours.",
  },
];

/** @param {string | null} text parted by semicolons */
function listOf(text) {
  return (text ?? "").split(";").map((part) => part.trim()).filter(Boolean);
}

/** @param {string | null} daily decimal string, null for no limit */
function perDay(daily) {
  return daily === null ? "any amount a day" : `${dollars(daily)} a day`;
}
