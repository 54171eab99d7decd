/** Who paid a receipt: asked where it is added, and remembered as the person said it last. */

import { computed } from "@preact/signals";
import { useId } from "preact/hooks";

import { rememberSession } from "../state/kept.ts";
import { isAlone, may, session } from "../state/session.ts";
import { t } from "../words.ts";
import type { Payer } from "../api/payer.ts";

/**
 * Who paid what is added next, as the person said last; null where they never have: the company
 * then.
 */
export const payer = computed(() => (session.value?.user.paidBy ?? null) as Payer | null);

/** It holds for what is added next. The server remembers it with the next receipt. */
export function sayPayer(said: Payer) {
  const now = session.value;
  if (!now) return;
  session.value = { ...now, user: { ...now.user, paidBy: said } };
  void rememberSession(session.value); // for what other apps share
}

export function WhoPaid({
  question,
  value,
  onChange,
  isOwn = true,
  isDisabled = false,
}: {
  question: string;
  value: string;
  onChange: (value: Payer) => void;
  /** the person who is asked paid it, or the company */
  isOwn?: boolean;
  isDisabled?: boolean;
}) {
  const name = useId();
  const option = (each: Payer, label: string) => (
    <label>
      <input
        type="radio"
        name={name}
        value={each}
        checked={value === each}
        disabled={isDisabled}
        onChange={() => onChange(each)}
      />
      <span>{label}</span>
    </label>
  );
  return (
    <fieldset class="who-paid">
      <legend>{question}</legend>
      <div class="segments">
        {option("company", t`The company`)}{" "}
        {option("employee", isOwn || isAlone() ? t`I did` : t`An employee: to be paid back`)}
      </div>
    </fieldset>
  );
}

/** Asked before receipts are added. */
export function WhoPaysNext() {
  if (!may("submit")) return null;
  return <WhoPaid question={t`Who paid?`} value={payer.value ?? "company"} onChange={sayPayer} />;
}
