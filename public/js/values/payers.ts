/** Who paid an expense, in words: to somebody who works alone, they themselves are no employee. */

import { isAlone } from "../state/session.ts";
import { t } from "../words.ts";

/** Who is owed what they paid. */
export const byEmployee = () =>
  isAlone() ? t`I did: to be paid back` : t`An employee: to be paid back`;

/** The same in the course of a sentence. */
export const paidByEmployee = () => (isAlone() ? t`paid by you` : t`paid by an employee`);

/** The choices of who paid. */
export const payers = () => [
  { value: "company", label: t`The company` },
  { value: "employee", label: byEmployee() },
];
