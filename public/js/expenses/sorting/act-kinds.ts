/** What acts on many expenses are called, in their list and in the history of each. */

import { t } from "../../words.ts";

export const KINDS_OF_ACTS: Record<string, string> = {
  category_rename: t`Category renamed`,
  category_merge: t`Category merged`,
  merchant_rename: t`Merchants renamed`,
  rules: t`Rules applied`,
  proposal: t`Proposal taken`,
  category: t`Category set`,
  proposed_category: t`Proposed categories accepted`,
  tags: t`Tags changed`,
  client: t`Client set`,
  project: t`Project set`,
  note: t`Note set`,
  cost_center: t`Cost centre set`,
  paid_by: t`Paid by set`,
  billable: t`Billable set`,
  void: t`Voided`,
  send_back: t`Sent back to review`,
  approve: t`Approved`,
  unapprove: t`Approvals taken back`,
};
