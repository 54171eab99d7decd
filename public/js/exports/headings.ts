/** Headings of exports: made from the code by `make docs`. */

import { t } from "../words.ts";

/** What a file has unless a profile chooses others, in this order. */
export const COLUMNS = [
  t`Date`,
  t`Merchant`,
  t`Registered name`,
  t`Total`,
  t`Tax`,
  t`Currency`,
  t`Tax lines`,
  t`VAT category`,
  t`Taxed as`,
  t`Rate owed`,
  t`Seller country`,
  t`Category`,
  t`Kind`,
  t`Number`,
  t`Due date`,
  t`Amount due`,
  t`Buyer`,
  t`Base currency`,
  t`Base total`,
  t`Base tax`,
  t`Rate`,
  t`Rate date`,
  t`Note`,
  t`Project`,
  t`Client`,
  t`Tags`,
  t`Employee`,
  t`Approved by`,
  t`Approved on`,
  t`Payment method`,
  t`Paid by`,
  t`Cost centre`,
  t`File`,
  t`Expense`,
  t`Receipt`,
  t`Corrects`,
  t`After closing`,
];

/** What stands only where a profile asks for it. */
export const CHOSEN = [
  t`Account`,
  t`Tax code`,
  t`Part`,
  t`Not deductible`,
];
