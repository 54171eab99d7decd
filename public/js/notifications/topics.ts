/** The topics of notices in groups, each with the most usual first. Pure. */

import { t } from "../words.ts";
import type { NoticeChoice } from "../api/types.d.ts";

const WAITS = [
  "approval.waits",
  "approval.reminded",
  "expense.sent_back",
  "review.requested",
  "bank.document_owed",
  "bank.documents_missing",
];
const EXPENSES = ["expense.created", "expense.rejected", "expense.merged", "run.rejected"];

/** In the order of the page; the first that has a topic takes it. */
const GROUPS: { name: string; title: string; has: (topic: string) => boolean }[] = [
  { name: "waits", title: t`Waits for you`, has: (topic) => WAITS.includes(topic) },
  { name: "expenses", title: t`Your expenses`, has: (topic) => EXPENSES.includes(topic) },
  { name: "payouts", title: t`Money to people`, has: begins("payout.") },
  { name: "clients", title: t`Clients and invoices`, has: begins("claim.") },
  { name: "bank", title: t`Bank and books`, has: begins("bank.", "books.") },
  {
    name: "access",
    title: t`People and signing in`,
    has: begins("sign_in.", "link.", "credentials.", "person.", "access."),
  },
  { name: "work", title: t`Workflows, mail and quotas`, has: () => true },
];

export interface Group {
  name: string;
  title: string;
  choices: NoticeChoice[];
}

/** @returns those that have a topic */
export function groupsOf(choices: readonly NoticeChoice[]): Group[] {
  const place = ({ topic }: NoticeChoice) => {
    const named = [...WAITS, ...EXPENSES].indexOf(topic);
    return named < 0 ? Number.MAX_SAFE_INTEGER : named;
  };
  return GROUPS.map(({ name, title, has }) => ({
    name,
    title,
    choices: choices
      .filter(({ topic }) => GROUPS.find((each) => each.has(topic))?.has === has)
      .sort((one, other) => place(one) - place(other)),
  })).filter((group) => group.choices.length > 0);
}

function begins(...prefixes: string[]) {
  return (topic: string) => prefixes.some((prefix) => topic.startsWith(prefix));
}
