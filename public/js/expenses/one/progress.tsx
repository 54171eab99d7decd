/** How far an expense has come: each stage with its day, and a link to what says so. */

import { formatName } from "../../exports/formats.ts";
import { date, daysInWords } from "../../format.ts";
import { Day } from "../../parts/values.tsx";
import { t } from "../../words.ts";
import type { ExpenseProgress, ProgressFact, ProgressStage } from "../../api/types.d.ts";

const TITLES: Record<ProgressStage["stage"], string> = {
  read: t`Read`,
  approved: t`Approved`,
  exported: t`Exported`,
  claimed: t`Billed`,
  received: t`Bill paid`,
  paid: t`Paid`,
  in_books: t`In the books`,
};

/** What a fact that has not a name of its own is called. */
const SUBJECTS: Record<ProgressFact["subject"], string> = {
  // Its own page says it.
  run: "",
  decision: t`Decision`,
  export: t`Export`,
  claim: t`Bill`,
  payout: t`Payout`,
  bank_entry: t`Bank entry`,
  books: t`Books`,
  closed_period: t`Closed period`,
};

const PATHS: Partial<Record<ProgressFact["subject"], string>> = {
  export: "/exports/",
  claim: "/claims/",
  payout: "/runs/",
  bank_entry: "/bank/entries/",
  books: "/books/",
};

/** States that say more than that a stage waits. */
const STATES: Record<string, string> = {
  draft: t`Draft`,
  on_its_way: t`On its way`,
  paid_too_much: t`Paid too much: the person owes it back`,
  coded_since: t`Coded after approval`,
  proposed: t`Proposed`,
  conflict: t`Conflict`,
  set_aside: t`Set aside`,
  left_out: t`Left out`,
  credited: t`Taken back`,
};

/** `isClaimable`: somebody owes it back */
export function Progress({
  progress: { stages },
  isClaimable,
}: {
  progress: ExpenseProgress;
  isClaimable: boolean;
}) {
  const shown = stages.filter(({ state, facts }) => state !== "not_due" || facts.length > 0);
  const isUnclaimed =
    !isClaimable && stages.some(({ stage, state }) => stage === "claimed" && state === "not_due");
  return (
    <section class="card progress" aria-labelledby="progress-title">
      <h2 id="progress-title" class="visually-hidden">
        Progress
      </h2>
      <ol>
        {shown.map((stage) => (
          <Step key={stage.stage} stage={stage} />
        ))}
      </ol>
      {isUnclaimed && (
        <p class="quiet">Not billed: the company paid it, and no client is billed for it.</p>
      )}
    </section>
  );
}

function Step({ stage: { stage, state, at, facts } }: { stage: ProgressStage }) {
  return (
    <li data-stage={stage} data-state={state}>
      <strong>{TITLES[stage]}</strong>
      <span class="progress-when">
        {at ? <Day day={at.slice(0, 10)} /> : state === "waits" ? t`Not yet` : null}
      </span>
      {facts.map((fact) => (
        <Fact key={fact.subjectId ?? fact.at} fact={fact} />
      ))}
    </li>
  );
}

function Fact({ fact: { subject, subjectId, name, state, says, url } }: { fact: ProgressFact }) {
  const path = PATHS[subject];
  const label =
    subject === "decision"
      ? name && t`by ${name}`
      : subject === "claim" && name
        ? billName(name)
        : subject === "export" && name
          ? exportName(name, state)
          : (name ?? SUBJECTS[subject] ?? "");
  const known = state ? STATES[state] : null;
  return (
    <span class="progress-fact">
      {path && subjectId ? <a href={path + subjectId}>{label}</a> : subjectId && label}
      {known && <span class="quiet">{known}</span>}
      {says &&
        (url?.startsWith("https://") ? (
          <a href={url} target="_blank" rel="noreferrer">
            {says}
          </a>
        ) : (
          <span class="quiet">{says}</span>
        ))}
    </span>
  );
}

/** What was chosen. Closing days writes them down in an export that nobody chose. */
function exportName(name: string, state: string | null) {
  return state === "closing" ? t`As it was closed` : formatName(name);
}

/** The numbers of invoices are of a series of their own. */
function billName(number: string) {
  return number.startsWith("INV-") ? t`Invoice ${number}` : t`Expense claim ${number}`;
}

/** What a change of an expense that can be changed comes to elsewhere. */
export function consequencesOf({ stages, closedPeriod }: ExpenseProgress): string[] {
  const isReached = (name: string) =>
    stages.some(({ stage, state }) => stage === name && state === "reached");
  const [first, last] = (closedPeriod?.name ?? "").split("/");
  const isLate = closedPeriod && !isReached("approved");
  return [
    isLate &&
      (first && last
        ? t`${daysInWords(first, last)} is closed: it goes out as a correction.`
        : t`Its day is in a closed period: it goes out as a correction.`),
    closedPeriod &&
      !isLate &&
      (first && last
        ? t`Its day is in a closed period, ${date(first)} to ${date(last)}. If it is changed, the
          next export has that as a correction.`
        : t`Its day is in a closed period. If it is changed, the next export has that as a correction.`),
    !closedPeriod &&
      isReached("exported") &&
      t`It was exported. If it is changed, the next export has that as a correction.`,
    isReached("claimed") && t`It was billed. The bill stays as it is when the expense changes.`,
    isReached("received") &&
      t`Its bill was paid. The money does not go back when the expense changes.`,
    isReached("paid") && t`It was paid. The money does not come back when the expense changes.`,
  ].filter((each) => typeof each === "string");
}
