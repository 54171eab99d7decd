/** The lock of what lies in closed days: a sign in a list, a sentence on a page. */

import { useEffect } from "preact/hooks";

import { daysInWords } from "../format.ts";
import { closedAround, needClosed } from "../state/closed.ts";
import { Icon } from "./icon.tsx";
import { t } from "../words.ts";

/** YYYY-MM-DD */
export function ClosedSign({ day }: { day: string }) {
  const period = closedAround(day);
  if (!period) return null;
  const title = t`${daysInWords(period.firstDay, period.lastDay)} is closed.`;
  return (
    <span class="closed-sign" title={title}>
      <Icon name="lock" />
      <span class="visually-hidden">{title}</span>
    </span>
  );
}

/** Beside what nobody has approved yet. `day`: YYYY-MM-DD, where it is known */
export function ClosedNote({ day }: { day: string | null | undefined }) {
  useEffect(needClosed, []);
  const period = day ? closedAround(day) : null;
  if (!period) return null;
  return (
    <p class="closed-note is-missing">
      <Icon name="lock" />{" "}
      {t`${daysInWords(period.firstDay, period.lastDay)} is closed: it goes out as a correction.`}
    </p>
  );
}
