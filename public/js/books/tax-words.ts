/** How something is taxed, as the mapping of books names it: a treatment and a rate. Pure. */

import { t } from "../words.ts";

const NAMES: Record<string, string> = {
  eu_services: t`Services between firms of the EU`,
  other_services: t`Services from outside of the EU`,
  domestic_reverse: t`Reverse charge at home`,
  eu_goods: t`Goods from another country of the EU`,
  import: t`Tax paid to customs`,
  foreign_tax: t`Tax of another country`,
  no_tax: t`No purchase with tax`,
  exempt: t`Exempt`,
  not_deducted: t`Not deducted`,
  abroad: t`Supplied abroad`,
  outside: t`Not subject to VAT`,
  small_business: t`Small business`,
  disbursed: t`Paid in the client's name`,
};

/** Of what is bought: those on which the company owes the tax, each with a rate */
export const WITH_RATE = ["eu_services", "other_services", "domestic_reverse", "eu_goods"];

/** Of what is bought: those without a rate */
export const OF_PURCHASES = ["import", "foreign_tax", "no_tax", "exempt", "not_deducted"];

/** Of what is charged */
export const OF_SALES = [
  "eu_services",
  "domestic_reverse",
  "abroad",
  "outside",
  "exempt",
  "small_business",
  "disbursed",
];

/** @param word such as "19" or "eu_services:19" */
export function treatmentName(word: string): string {
  const [treatment = "", rate, deduction] = word.split(":");
  const name = NAMES[treatment];
  if (!name) return `${word} %`;
  if (deduction) return t`${name}, ${rate} %, not deducted`;
  return rate ? `${name}, ${rate} %` : name;
}

/** Whether a word is a rate of the company's own country, or of no treatment. */
export function isDomestic(word: string): boolean {
  return !(word.split(":")[0] ?? "").match(/^[a-z_]+$/) || word === "none" || word === "other";
}
