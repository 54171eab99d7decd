/** What runs are called, and what they are about. */

import { t } from "./words.ts";
import type { RunSummary } from "./api.ts";

/** Of kinds of the product; another one is called by its own name. */
const NAMES: Record<string, string> = {
  "account-move": t`Move of an account`,
  "bulk-operation": t`Bulk operation`,
  claim: t`Billing`,
  "data-export": t`Data export`,
  erasure: t`Erasure`,
  export: t`Export`,
  mail: t`Mail`,
  onboarding: t`Onboarding`,
  payout: t`Payout`,
  "payout-batch": t`Payout batch`,
  receipt: t`Receipt`,
  statement: t`Bank statement`,
  sync: t`Sync`,
};

/** Ids are for machines: a list, or whoever operates, finds things by them. */
const ID = /(^|:)[a-z]{2,5}_[0-9A-Z]{20,}$/;

/** @returns what it is called: a receipt by its file, any other by its kind */
export function nameOfRun({ kind, receipt }: Pick<RunSummary, "kind" | "receipt">): string {
  return receipt?.fileName ?? nameOfKind(kind);
}

/** @returns what runs of it are called */
export function nameOfKind(kind: string): string {
  if (NAMES[kind]) return NAMES[kind];
  const words = kind.replaceAll(/[-_]/g, " ");
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

/**
 * @returns the text by which its kind looks its runs up; empty where that says no more than its
 * name, or is an id
 */
export function subjectOf({
  id,
  subject,
  receipt,
}: Pick<RunSummary, "id" | "subject" | "receipt">): string {
  return receipt || subject === id || ID.test(subject) ? "" : subject;
}
