/** Closing days: what they still lack stands there before, each with the way to it. */

import { useState } from "preact/hooks";

import { ApiError, get, onceOnly, post } from "../api/client.ts";
import { addressOf } from "../expenses/asked.ts";
import { lackInWords } from "../expenses/lacking.ts";
import { counted, daysInWords } from "../format.ts";
import { notify } from "../notifications/notices.ts";
import { Dialog } from "../parts/dialog.tsx";
import { Waiting } from "../parts/view.tsx";
import { loadClosed } from "../state/closed.ts";
import { report } from "../state/report.ts";
import { useRequest } from "../state/request.ts";
import { may } from "../state/session.ts";
import { today } from "../values/day.ts";
import { monthsBack } from "../values/period.ts";
import { PeriodFields, readPeriod, thisMonth } from "./period.tsx";
import { t } from "../words.ts";
import type { ClosingGap } from "../api/types.d.ts";
import type { Days } from "./period.tsx";

const ADDRESSES: Partial<Record<ClosingGap["gap"], string>> = {
  review: "/inbox/review",
  duplicates: "/duplicates",
};

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
  const [period, setPeriod] = useState(() => ({ ...thisMonth(), month }));
  const [problems, setProblems] = useState<Record<string, string>>({});
  const [isBusy, setBusy] = useState(false);
  const { days, problems: unread } = readPeriod(period);
  async function close() {
    if (Object.keys(unread).length > 0) return setProblems(unread);
    const { from, to } = days;
    const missing = period.kind === "month" ? t`Choose the month.` : t`Give the day.`;
    if (!from || !to) return setProblems({ [from ? "to" : "from"]: missing });
    setBusy(true);
    try {
      await post("/api/closed-periods", { from, to }, { headers: onceOnly() });
      void loadClosed();
      notify(t`${daysInWords(from, to)} is closed.`, { kind: "success" });
      onDone();
    } catch (error) {
      if (error instanceof ApiError && error.fieldErrors.length > 0) {
        setProblems(
          Object.fromEntries(error.fieldErrors.map(({ field, message }) => [field, message])),
        );
      } else report(error);
    } finally {
      setBusy(false);
    }
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
      <Gaps days={days} month={period.kind === "month" ? period.month : ""} />
      <p class="quiet">
        Exports of these days stay as they are now. What is changed afterwards is listed here, and
        the next export of only what is new has it as a correction.
      </p>
    </Dialog>
  );
}

/** `month`: YYYY-MM where it is a whole one */
function Gaps({ days: { from = "", to = "" }, month }: { days: Days; month: string }) {
  const { answer, problem, isLoading, again } = useRequest(
    (signal) =>
      from && to && from <= to ? gapsOf(from, to, month, signal) : Promise.resolve(null),
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
        {answer.map(({ text, href }) => (
          <li key={text}>
            <a href={href}>{text}</a>
          </li>
        ))}
      </ul>
    </div>
  );
}

async function gapsOf(
  from: string,
  to: string,
  month: string,
  signal: AbortSignal,
): Promise<{ text: string; href: string }[]> {
  const [{ items }, bank] = await Promise.all([
    get("/api/closed-periods/gaps", { query: { from, to }, signal }),
    month && may("ledger") ? get("/api/bank/months/{month}", { path: { month }, signal }) : null,
  ]);
  const gaps = items.map(({ gap, count, filter }) => ({
    text: lackInWords(gap, count),
    href: ADDRESSES[gap] ?? addressOf((filter ?? {}) as any),
  }));
  if (bank && bank.open > 0)
    gaps.push({
      text: counted(bank.open, "bank entry is not explained", "bank entries are not explained"),
      href: `/bank/months/${month}`,
    });
  return gaps;
}
