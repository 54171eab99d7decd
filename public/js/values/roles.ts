/**
 * What the roles of an account are called and allow, and what a token can be limited to.
 * docs/security.md has the whole.
 */

import { t } from "../words.ts";
import type { AccountPerson } from "../api/types.d.ts";

type Role = AccountPerson["roles"][number];

export const ROLES: { value: Role; label: string; says: string }[] = [
  {
    value: "owner",
    label: t`Owner`,
    says: t`everything: also settings, people and closed periods`,
  },
  {
    value: "approver",
    label: t`Approver`,
    says: t`approves and rejects expenses, corrects them, and exports`,
  },
  {
    value: "submitter",
    label: t`Submitter`,
    says: t`hands receipts in, corrects their expenses, and sees only their own`,
  },
  {
    value: "operator",
    label: t`Operator`,
    says: t`retries, pauses and ends runs, exports, and searches the audit`,
  },
  {
    value: "auditor",
    label: t`Auditor`,
    says: t`sees everything, the audit too, and changes nothing`,
  },
];

export function inWords(roles: readonly string[]) {
  return ROLES.filter(({ value }) => roles.includes(value))
    .map(({ label }) => label)
    .join(", ");
}

/** Scopes of tokens, by what each allows. */
export const SCOPES = [
  {
    value: "read",
    label: "read",
    says: t`see what is anybody's: expenses, documents, runs, reports and exports`,
  },
  { value: "own", label: "own", says: t`see one's own expenses, documents, runs and reports` },
  { value: "submit", label: "submit", says: t`hand in receipts, statements and journeys` },
  { value: "edit", label: "edit", says: t`change the expenses that one sees` },
  {
    value: "sort",
    label: "sort",
    says: t`change categories, rules and merchants, and take proposals`,
  },
  { value: "review", label: "review", says: t`answer what a run asks` },
  { value: "trigger", label: "trigger", says: t`begin runs by the name of their kind` },
  { value: "operate", label: "operate", says: t`retry, pause and end runs, and send them signals` },
  { value: "approve", label: "approve", says: t`approve and reject expenses` },
  { value: "export", label: "export", says: t`export expenses, and hand files on by links` },
  { value: "audit", label: "audit", says: t`search the account's audit` },
  {
    value: "administer",
    label: "administer",
    says: t`set the account's settings and policies, close periods`,
  },
  { value: "ledger", label: "ledger", says: t`see accounts and balances of the ledger` },
  { value: "pay", label: "pay", says: t`have payees paid, and make files for the bank` },
  { value: "book", label: "book", says: t`make accounts of the ledger, and transfers` },
  {
    value: "onboarding",
    label: "onboarding",
    says: t`set up people, and what their account pays for`,
  },
  {
    value: "personal",
    label: "personal",
    says: t`mark one's own notices as read, and choose how one is told`,
  },
  {
    value: "deployment",
    label: "deployment",
    says: t`see metrics and alerts of the whole deployment`,
  },
];
