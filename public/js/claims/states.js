// @ts-check
/** What the states of a claim, and what happens to one, are called. */

/** @import { ClaimDetail, ClaimSummary } from "../api/types.js" */

/** @type {Record<ClaimSummary["state"], string>} */
export const STATES = {
  draft: "being made",
  issued: "waits for its payment",
  part_paid: "paid in part",
  paid: "paid",
  overdue: "overdue",
  disputed: "disputed",
  withdrawn: "withdrawn",
  credited: "taken back by credit notes",
  written_off: "its rest is written off",
};

/** @type {Record<string, string>} */
export const EVENTS = {
  issued: "Issued",
  presented: "Presented",
  payment: "Payment",
  credited: "Credit note",
  reversed: "Payment taken back",
  written_off: "Written off",
  refunded: "Sent back",
  withdrawn: "Withdrawn",
  disputed: "Disputed",
  said_paid: "They say that they have paid",
  resolved: "Dispute resolved",
  reminder: "Asked for",
  second_reminder: "Asked for again",
  escalation: "Called a person",
};

/**
 * @type {{ purpose: Record<ClaimDetail["mails"][number]["purpose"], string>,
 *   became: Record<ClaimDetail["mails"][number]["became"], string> }}
 */
export const MAILS = {
  purpose: { issued: "The claim", reminder: "Reminder", second_reminder: "Second reminder", thanks: "Thanks" },
  became: {
    waiting: "being sent",
    sent: "sent",
    bounced: "came back: hand them a link",
    complained: "reported as spam: no more is sent there",
    unsent: "could not be sent: its run says why",
  },
};
