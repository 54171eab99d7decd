/** Closing days: what they still lack stands there before, each with the way to it. */

import { useState } from "preact/hooks";

import { ApiError, post } from "../api/client.ts";
import { daysInWords } from "../format.ts";
import { findMonth } from "../months/finding.ts";
import { leftOf, linesOf } from "../months/lines.ts";
import { notify } from "../notifications/notices.ts";
import { Dialog } from "../parts/dialog.tsx";
import { Waiting } from "../parts/view.tsx";
import { loadClosed } from "../state/closed.ts";
import { report } from "../state/report.ts";
import { useRequest } from "../state/request.ts";
import { today } from "../values/day.ts";
import { readMonth } from "../values/month-names.ts";
import { monthsBack } from "../values/period.ts";
import { monthly, PeriodFields, readPeriod } from "./period.tsx";
import { t } from "../words.ts";
import { useBusy } from "../parts/use-busy.ts";
import type { Days } from "./period.tsx";

/** `month`: YYYY-MM; the last one unless given */
export function Close({
  month = monthsBack(today())[1] ?? "",
  onClose,
  onDone,
}: {
  month?: string;
  onClose: () => void;
  onDone: () => void;
}) {
  const [period, setPeriod] = useState(() => monthly(month));
  const [problems, setProblems] = useState<Record<string, string>>({});
  const [isBusy, whileBusy] = useBusy();
  const { days, problems: unread } = readPeriod(period);
  async function close() {
    if (Object.keys(unread).length > 0) return setProblems(unread);
    const { from, to } = days;
    const missing = period.kind === "month" ? t`Choose the month.` : t`Give the day.`;
    if (!from || !to) return setProblems({ [from ? "to" : "from"]: missing });
    return whileBusy(async () => {
      try {
        await post("/api/closed-periods", { from, to });
        void loadClosed();
        notify(t`${daysInWords(from, to)} is closed.`, { kind: "success" });
        onDone();
      } catch (error) {
        if (error instanceof ApiError && error.fieldErrors.length > 0) {
          setProblems(
            Object.fromEntries(error.fieldErrors.map(({ field, message }) => [field, message])),
          );
        } else report(error);
      }
    });
  }
  const onPeriod = (changed: typeof period) => {
    setPeriod(changed);
    setProblems({});
  };
  return (
    <Dialog
      title="Close a month"
      action="Close the month"
      isBusy={isBusy}
      onClose={onClose}
      onAction={close}
    >
      <PeriodFields
        period={period}
        onPeriod={onPeriod}
        problems={problems}
        label="Month"
        hasAll={false}
      />
      <Gaps days={days} month={period.kind === "month" ? readMonth(period.month) : ""} />
      <p class="quiet">
        Exports of these days stay as they are now. Later changes are listed here. The next export
        of what is new has them as corrections.
      </p>
    </Dialog>
  );
}

/** `month`: YYYY-MM where it is a whole one */
function Gaps({ days: { from = "", to = "" }, month }: { days: Days; month: string }) {
  const { answer, problem, isLoading, again } = useRequest(
    async (signal) => {
      if (!from || !to || from > to) return null;
      return leftOf(linesOf(await findMonth(month, { from, to }, signal), month, { from, to }));
    },
    [from, to, month],
  );
  if (!from || !to) return null;
  if (!answer) return <Waiting problem={problem} isLoading={isLoading} onAgain={again} />;
  if (answer.length === 0) return <p role="status">Nothing is missing.</p>;
  return (
    <div role="status">
      <p>
        <strong>Still missing:</strong>
      </p>
      <ul class="closing-gaps">
        {answer.map(({ name, says, href }) => (
          <li key={name}>
            <a href={href}>{says}</a>
          </li>
        ))}
      </ul>
    </div>
  );
}
