/** Why an entry has no document, and why a match or an import is taken back. */

import { useEffect } from "preact/hooks";

import { counted, daysInWords } from "../format.ts";
import { FormDialog } from "../parts/form.tsx";
import { closedAmong, loadClosed } from "../state/closed.ts";
import { field } from "../values/schema.ts";
import { titleOf } from "./words.ts";
import { t } from "../words.ts";
import type { BankMatch, Explanation, MatchedEntry, Undoable } from "../api/types.d.ts";
import type { Body } from "../parts/form.tsx";

const LONGEST = 300;
/** What words may explain, so that the books have an account for it. */
const KINDS: { value: string; label: string }[] = [
  { value: JSON.stringify("other"), label: t`Something else` },
  { value: JSON.stringify("interest"), label: t`Interest` },
  { value: JSON.stringify("tax_office"), label: t`VAT, tax office` },
  { value: JSON.stringify("wages"), label: t`Wages` },
  { value: JSON.stringify("private"), label: t`Private money` },
];

export function ReasonDialog({
  entry,
  onSay,
  onClose,
}: {
  entry: MatchedEntry;
  onSay: (explanation: Explanation) => Promise<void>;
  onClose: () => void;
}) {
  const hasReason = entry.reason !== null;
  const fields = [
    field("reason", t`Reason`, {
      maxLength: LONGEST,
      isNullable: hasReason,
      isNeeded: !hasReason,
      placeholder: t`Private, paid back in cash`,
      hint: hasReason
        ? t`Empty: the entry is open again.`
        : t`The entry then needs no document, and nobody is asked for one.`,
    }),
    field("kind", t`What it is`, {
      type: "choice",
      options: KINDS,
      hint: t`DATEV's batch of the bank has an account for it, but not for something else.`,
    }),
  ];
  const onSend = ({ reason: typed, kind }: Body) => {
    const reason = typed?.trim() || null;
    return onSay({ reason, kind: reason && kind });
  };
  return (
    <FormDialog
      title="No receipt is needed because …"
      action={hasReason ? t`Change it` : t`Save`}
      values={{ reason: entry.reason ?? "", kind: entry.reasonKind ?? "other" }}
      fields={fields}
      onSend={onSend}
      onClose={onClose}
    >
      {hasReason && <IsClosed day={entry.day} />}
    </FormDialog>
  );
}

/** A warning where the entry's day is in a closed period. */
function IsClosed({ day }: { day: string }) {
  const [days] = useClosed([day]);
  if (!days) return null;
  return (
    <p class="form-problem" role="status">
      {t`${days} is closed, and may have been handed on. What you take back stands under “What came since” there.`}
    </p>
  );
}

/** @returns the closed periods that these days lie in, in words */
function useClosed(days: string[]) {
  useEffect(() => void loadClosed(), []); // somebody may have closed one a moment ago
  return closedAmong(days).map(({ firstDay, lastDay }) => daysInWords(firstDay, lastDay));
}

/** A warning for each closed period that an import's matches lie in. */
function AreClosed({ days }: { days: string[] }) {
  const closed = useClosed(days);
  if (closed.length === 0) return null;
  return (
    <div class="form-problem" role="status">
      {closed.map((period) => (
        <p
          key={period}
        >{t`${period} is closed, and may have been handed on with these matches.`}</p>
      ))}
    </div>
  );
}

export function TakeBackDialog({
  entry,
  match,
  onTakeBack,
  onClose,
}: {
  entry: MatchedEntry;
  match: BankMatch;
  onTakeBack: (reason: string | null) => Promise<void>;
  onClose: () => void;
}) {
  const fields = [
    field("reason", t`Reason`, {
      maxLength: LONGEST,
      isNullable: true,
      hint: t`For the history; you may leave it empty.`,
    }),
  ];
  const onSend = ({ reason }: Body) => onTakeBack(reason?.trim() || null);
  return (
    <FormDialog
      title="Take the match back"
      action="Take it back"
      isDanger
      fields={fields}
      onSend={onSend}
      onClose={onClose}
    >
      <p>
        {match.pairs.map(({ title }) => titleOf(title)).join(", ")}: the entry is open again, and so
        is what the match had closed. The ledger keeps both facts.
      </p>
      <IsClosed day={entry.day} />
    </FormDialog>
  );
}

export function UndoImportDialog({
  undoable: { entries, matches, matchDays },
  onUndo,
  onClose,
}: {
  undoable: Undoable;
  onUndo: (reason: string) => Promise<void>;
  onClose: () => void;
}) {
  const fields = [
    field("reason", t`Reason`, {
      maxLength: LONGEST,
      isNeeded: true,
      placeholder: t`Read for the wrong account`,
      hint: t`For the history.`,
    }),
  ];
  const onSend = ({ reason }: Body) => onUndo(reason.trim());
  const taken = counted(entries, "entry is", "entries are");
  const becomes =
    matches > 0
      ? t`${taken} taken back, and ${counted(matches, "match", "matches")} of them undone.`
      : t`${taken} taken back.`;
  return (
    <FormDialog
      title="Undo this import"
      action="Undo this import"
      isDanger
      fields={fields}
      onSend={onSend}
      onClose={onClose}
    >
      <p>{becomes} What another file has too stays. Then the same file can be imported again.</p>
      <AreClosed days={matchDays} />
    </FormDialog>
  );
}
