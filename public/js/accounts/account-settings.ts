/** What an owner sets for the account: what AI may cost a day, its names and tax ids. */

import { dollars } from "../format.ts";
import { readNumber, writtenAmount } from "../values/amount.ts";
import { t } from "../words.ts";
import type { Account, AccountChange } from "../api.ts";

/** One field */
export interface Setting {
  /** in the API */
  name: keyof AccountChange;
  label: string;
  /** of the field */
  attributes?: Record<string, unknown>;
  hint: string;
  value: (account: Account) => string | null;
  change: (text: string | null) => AccountChange;
  /** what is said once it is saved */
  done: (account: Account) => string;
  /** the present state, before the hint */
  now?: (account: Account) => string;
}

const AI_BUDGET: Setting = {
  name: "aiDailyBudget",
  label: t`AI budget, US dollars a day`,
  attributes: { maxlength: 16, inputmode: "decimal" },
  hint: t`Once it is spent, receipts wait for a person until midnight UTC, or until you raise it.
    Leave it empty for the default.`,
  value: ({ aiBudget }) => aiBudget.own && writtenAmount(aiBudget.own),
  // What is no number is sent as it is typed: the server says what is wrong.
  change: (text) => ({ aiDailyBudget: text && (readNumber(text).value ?? text) }),
  done: ({ aiBudget }) =>
    aiBudget.daily === null
      ? t`AI has no daily limit.`
      : t`AI may cost ${dollars(aiBudget.daily)} a day.`,
  now: ({ aiBudget }) => {
    const isOver =
      aiBudget.daily !== null && Number(aiBudget.countedToday) >= Number(aiBudget.daily);
    const limit = aiBudget.daily === null ? t`no daily limit` : t`${dollars(aiBudget.daily)} a day`;
    const byDefault = aiBudget.own === null ? t`The default applies: ${limit}. ` : "";
    return t`${byDefault}Spent today: ${dollars(aiBudget.countedToday)}${isOver ? t`, the whole budget.` : "."}`;
  },
};

const COMPANY_NAMES: Setting = {
  name: "companyNames",
  label: t`Other names of the company`,
  hint: t`Beside the one above, such as a brand or a former name. On invoices they are the buyer,
    never the merchant. Separate them by semicolons.`,
  value: ({ companyNames }) => companyNames.join("; "),
  change: (text) => ({ companyNames: listOf(text) }),
  done: () => t`Documents that are read from now on know these names as yours.`,
};

const TAX_IDS: Setting = {
  name: "taxIds",
  label: t`Other tax ids`,
  hint: t`Beside the VAT id above. Separate them by semicolons.`,
  value: ({ taxIds }) => taxIds.join("; "),
  change: (text) => ({ taxIds: listOf(text) }),
  done: () => t`Documents that are read from now on know these tax ids as yours.`,
};

/** Each is saved as a whole. */
export const SECTIONS: { title: string; settings: Setting[] }[] = [
  { title: t`Names on documents`, settings: [COMPANY_NAMES, TAX_IDS] },
  { title: t`AI`, settings: [AI_BUDGET] },
];

/** @param text separated by semicolons */
function listOf(text: string | null) {
  return (text ?? "")
    .split(";")
    .map((part) => part.trim())
    .filter(Boolean);
}
