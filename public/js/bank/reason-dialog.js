// @ts-check
/** Why an entry has no document, and why a match or an import is taken back. */

import { counted } from "../format.js";
import { FormDialog } from "../parts/form.js";
import { field } from "../values/schema.js";
import { titleOf } from "./words.js";
import { html, t } from "../words.js";

/** @import { BankMatch, MatchedEntry, Undoable } from "../api/types.js" */

const LONGEST = 300;

/** @param {{ entry: MatchedEntry, onSay: (reason: string | null) => Promise<void>, onClose: () => void }} props */
export function ReasonDialog({ entry, onSay, onClose }) {
  const hasReason = entry.reason !== null;
  const fields = [
    field("reason", t`Reason`, {
      maxLength: LONGEST,
      isNullable: hasReason,
      isNeeded: !hasReason,
      placeholder: t`Private, paid back in cash`,
      hint: hasReason ? t`Empty: the entry is open again.` : t`The entry then needs no document, and nobody is asked for one.`,
    }),
  ];
  const onSend = (/** @type {import("../parts/form.js").Body} */ { reason }) => onSay(reason?.trim() || null);
  return html`<${FormDialog} title="No receipt is needed because …" action=${hasReason ? t`Change it` : t`Save`} values=${{ reason: entry.reason ?? "" }} ...${{ fields, onSend, onClose }} />`;
}

/** @param {{ match: BankMatch, onTakeBack: (reason: string) => Promise<void>, onClose: () => void }} props */
export function TakeBackDialog({ match, onTakeBack, onClose }) {
  const fields = [field("reason", t`Reason`, { maxLength: LONGEST, isNeeded: true, hint: t`For the history.` })];
  const onSend = (/** @type {import("../parts/form.js").Body} */ { reason }) => onTakeBack(reason.trim());
  return html`
    <${FormDialog} title="Take the match back" action="Take it back" isDanger=${true} ...${{ fields, onSend, onClose }}>
      <p>${match.pairs.map(({ title }) => titleOf(title)).join(", ")}: the entry is open again, and so is what the match had closed. The ledger keeps both facts.</p>
    <//>
  `;
}

/** @param {{ undoable: Undoable, onUndo: (reason: string) => Promise<void>, onClose: () => void }} props */
export function UndoImportDialog({ undoable: { entries, matches }, onUndo, onClose }) {
  const fields = [field("reason", t`Reason`, { maxLength: LONGEST, isNeeded: true, placeholder: t`Read for the wrong account`, hint: t`For the history.` })];
  const onSend = (/** @type {import("../parts/form.js").Body} */ { reason }) => onUndo(reason.trim());
  return html`
    <${FormDialog} title="Undo this import" action="Undo this import" isDanger=${true} ...${{ fields, onSend, onClose }}>
      <p>${counted(entries, "entry is", "entries are")} taken back, and ${counted(matches, "match", "matches")} of them undone. What another file has too stays. Then the same file can be imported again.</p>
    <//>
  `;
}
