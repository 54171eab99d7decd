/** What the states of an invoice or an expense claim, and what happens to one, are called. */

import { locale, t } from "../words.ts";
import type { ClaimDetail, ClaimSummary } from "../api/types.d.ts";

export const STATES: Record<ClaimSummary["state"], string> = {
  draft: t`being made`,
  issued: t`waiting for payment`,
  part_paid: t`paid in part`,
  paid: t`paid`,
  overdue: t`overdue`,
  disputed: t`disputed`,
  withdrawn: t`withdrawn`,
  credited: t`cancelled by a credit note`,
  written_off: t`paid in part, the rest written off`,
};

/** A state as it stands alone. */
export const asHeading = (state: string) =>
  state.charAt(0).toLocaleUpperCase(locale) + state.slice(1);

export const EVENTS: Record<string, string> = {
  issued: t`Issued`,
  presented: t`Presented`,
  payment: t`Payment`,
  credited: t`Credit note issued`,
  reversed: t`Payment taken back`,
  written_off: t`Written off`,
  refunded: t`Sent back`,
  withdrawn: t`Withdrawn`,
  disputed: t`Disputed`,
  said_paid: t`They say that they have paid`,
  resolved: t`Dispute resolved`,
  reminder: t`Reminder`,
  second_reminder: t`Second reminder`,
  escalation: t`People were notified`,
};

/** How it was sent, where no mail names itself. */
export const PRESENTED: Record<string, string> = { hand: t`By hand`, webhook: t`By webhook` };

export const MAILS: {
  purpose: Record<ClaimDetail["mails"][number]["purpose"], string>;
  became: Record<ClaimDetail["mails"][number]["became"], string>;
} = {
  purpose: {
    issued: t`Sent`,
    reminder: t`Reminder`,
    second_reminder: t`Second reminder`,
    thanks: t`Payment confirmation`,
  },
  became: {
    waiting: t`being sent`,
    sent: t`sent`,
    bounced: t`came back: hand them a link`,
    complained: t`reported as spam: no more is sent there`,
    unsent: t`could not be sent: its history says why`,
  },
};
