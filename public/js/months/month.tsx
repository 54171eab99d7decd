/**
 * The end of a month: what it still needs, and its closing. Each line turns green by itself, as
 * somebody does what is missing.
 */

import { useEffect, useState } from "preact/hooks";

import { monthAfter } from "../bank/completeness.ts";
import { Close } from "../exports/closing.tsx";
import { sinceInWords } from "../exports/since.ts";
import { counted } from "../format.ts";
import { Icon } from "../parts/icon.tsx";
import { Empty, View, Waiting } from "../parts/view.tsx";
import { closedAround, loadClosed } from "../state/closed.ts";
import { useRequest } from "../state/request.ts";
import { useSeenAgain } from "../state/seen-again.ts";
import { may } from "../state/session.ts";
import { today } from "../values/day.ts";
import { monthInWords } from "../values/month-names.ts";
import { daysOf } from "../values/period.ts";
import { t } from "../words.ts";
import { findMonth } from "./finding.ts";
import { leftOf, linesOf } from "./lines.ts";
import { MonthsWithExpenses, OtherMonths } from "./others.tsx";
import type { ViewProps } from "../shell/view-props.ts";
import type { Line } from "./lines.ts";

const LOOK_AGAIN_MS = 10_000;
const MONTH_LENGTH = "2026-03".length;

/** Without a month in the address, it is the last one: this one has not ended. */
export default function MonthEnd({ params: { id } }: ViewProps) {
  const month = id ?? monthAfter(today().slice(0, MONTH_LENGTH), -1);
  const days = daysOf(month);
  if (!days.from) {
    return (
      <View title="Month end">
        <Empty icon="calendar" title="There is no such month">
          <a href="/months">The last month</a>
        </Empty>
      </View>
    );
  }
  return <Shown key={month} month={month} days={days} />;
}

function Shown({ month, days }: { month: string; days: { from: string; to: string } }) {
  const [isClosing, setClosing] = useState(false);
  const { answer, problem, isLoading, again } = useRequest(
    (signal) => findMonth(month, days, signal),
    [month],
  );
  const look = () => {
    if (document.hidden) return;
    again();
    void loadClosed();
  };
  useSeenAgain(look);
  useEffect(() => {
    void loadClosed();
    const timer = setInterval(look, LOOK_AGAIN_MS);
    return () => clearInterval(timer);
  }, [month]);
  return (
    <View title={monthInWords(month)} actions={<OtherMonths month={month} />}>
      {!answer && <Waiting problem={problem} isLoading={isLoading} onAgain={again} />}
      {answer && (
        <Lines
          month={month}
          lines={linesOf(answer, month, days)}
          expenses={answer.expenses}
          isClosed={closedAround(days.from) !== null && closedAround(days.to) !== null}
          late={closedAround(days.from)?.late ?? 0}
          unexported={closedAround(days.from)?.lateUnexported ?? 0}
          onClose={() => setClosing(true)}
        />
      )}
      <MonthsWithExpenses month={month} />
      {isClosing && (
        <Close
          month={month}
          onClose={() => setClosing(false)}
          onDone={() => {
            setClosing(false);
            again();
          }}
        />
      )}
    </View>
  );
}

function Lines({
  month,
  lines,
  expenses,
  isClosed,
  late,
  unexported,
  onClose,
}: {
  month: string;
  lines: Line[];
  expenses: number;
  isClosed: boolean;
  /** how many expenses came or changed after it was closed */
  late: number;
  /** how many of them no export has as they are now */
  unexported: number;
  onClose: () => void;
}) {
  const left = leftOf(lines).length;
  const stand = isClosed
    ? t`${monthInWords(month)} is closed.`
    : left === 0
      ? t`Ready to close.`
      : t`${left} left`;
  let closedSays = t`Its days are open`;
  if (isClosed) closedSays = t`Later changes go out as corrections`;
  if (isClosed && late > 0) closedSays = sinceInWords(late, unexported);
  return (
    <>
      <p role="status" class="month-stand">
        <strong>{stand}</strong>{" "}
        <span class="quiet">{counted(expenses, "expense")} in this month</span>
      </p>
      <ol class="month-lines card" aria-label="What the month needs">
        {lines.map((line) => (
          <li key={line.name} data-done={line.isDone}>
            <a href={line.href}>
              <Icon name={line.isDone ? "check" : "circle"} />
              <strong>{line.title}</strong>
              <span class="month-says">{line.says}</span>
            </a>
          </li>
        ))}
        <li data-done={isClosed}>
          <div>
            <Icon name={isClosed ? "lock" : "circle"} />
            <strong>Closed</strong>
            <span class="month-says">{closedSays}</span>
            {!isClosed && may("administer") && (
              <button
                type="button"
                class={left === 0 ? "button primary" : "button"}
                onClick={onClose}
              >
                Close …
              </button>
            )}
          </div>
        </li>
      </ol>
    </>
  );
}
