// @ts-check
/** What an owner sets for the account, in its menu: the base currency, and what AI may cost a day. */

import { ApiError, changeAccount, getAccount } from "./api.js";
import { byId, setText } from "./dom.js";
import { dollars } from "./format.js";
import { notify } from "./notices.js";

/** @import { Account, AccountChange, Session } from "./api.js" */

/**
 * @typedef {object} Setting one form, whose elements' ids begin with its own
 * @property {string} id
 * @property {string} label
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
    label: "AI budget, US dollars a day",
    hint: "Once it is spent, receipts wait for a person until midnight UTC, or until you raise it. Empty: the deployment’s setting.",
    value: ({ aiBudget }) => aiBudget.own,
    change: (text) => ({ aiDailyBudget: text }),
    done: ({ aiBudget }) => `AI may cost ${perDay(aiBudget.daily)}.`,
    now: ({ aiBudget }) => {
      const isOver = aiBudget.daily !== null && Number(aiBudget.countedToday) >= Number(aiBudget.daily);
      const limit = aiBudget.own === null ? `The deployment’s setting holds: ${perDay(aiBudget.daily)}. ` : "";
      return `${limit}Spent today: ${dollars(aiBudget.countedToday)}${isOver ? ", all there is." : "."}`;
    },
  },
  {
    id: "company-names",
    label: "Our company names",
    hint: "Parted by semicolons. On invoices they are the buyer, never the merchant.",
    value: ({ companyNames }) => companyNames.join("; "),
    change: (text) => ({ companyNames: listOf(text) }),
    done: () => "Saved. Documents that are read from now on know these names as yours.",
  },
  {
    id: "tax-ids",
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

/**
 * Let an owner choose them. What is shown is asked for anew whenever the menu opens.
 *
 * @param {Session} session
 * @param {(error: unknown) => void} onError they could not be read or set
 */
export async function offerSettings({ user }, onError) {
  if (user.role !== "owner") return;
  for (const setting of SETTINGS) {
    const input = byId(setting.id, HTMLInputElement);
    input.form?.addEventListener("submit", (event) => {
      event.preventDefault();
      save(setting).catch(onError);
    });
    input.addEventListener("input", () => showProblem(setting, ""));
  }
  byId("account-menu", HTMLElement).addEventListener("toggle", (event) => {
    if (/** @type {ToggleEvent} */ (event).newState === "open") showAll().catch(onError);
  });
  await showAll();
}

async function showAll() {
  const account = await getAccount();
  for (const setting of SETTINGS) {
    show(setting, account);
    byId(`${setting.id}-form`, HTMLFormElement).hidden = false;
  }
}

/**
 * What somebody is typing stays.
 *
 * @param {Setting} setting
 * @param {Account} account
 */
function show(setting, account) {
  const input = byId(setting.id, HTMLInputElement);
  const value = setting.value(account) ?? "";
  if (input.value === input.defaultValue) input.value = value;
  input.defaultValue = value;
  if (setting.now) setText(byId(`${setting.id}-now`, HTMLElement), setting.now(account));
}

/** @param {Setting} setting */
async function save(setting) {
  const input = byId(setting.id, HTMLInputElement);
  try {
    const account = await changeAccount(setting.change(input.value.trim() || null));
    input.defaultValue = input.value;
    show(setting, account);
    byId("account-menu", HTMLElement).hidePopover();
    notify(setting.done(account), { kind: "success" });
  } catch (error) {
    const problem = error instanceof ApiError ? error.fieldErrors[0] : undefined;
    if (!problem) throw error;
    showProblem(setting, problem.message);
  }
}

/**
 * @param {Setting} setting
 * @param {string} text empty for none
 */
function showProblem(setting, text) {
  byId(setting.id, HTMLInputElement).setAttribute("aria-invalid", String(text !== ""));
  const place = byId(`${setting.id}-problem`, HTMLElement);
  place.textContent = text;
  place.hidden = text === "";
}
