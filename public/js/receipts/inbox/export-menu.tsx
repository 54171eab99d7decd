/**
 * Handing expenses on from the inbox: a month in a format becomes a file, and the newest files
 * stay at hand.
 */

import { useEffect, useState } from "preact/hooks";

import { ApiError, askForExport, ConnectionError, listExports } from "../../api.ts";
import { MonthInput } from "../../parts/inputs.tsx";
import { monthInWords, readMonth, writtenMonth } from "../../values/month-names.ts";
import { daysOf } from "../../values/period.ts";
import { counted, date, fileSize, money } from "../../format.ts";
import { Icon } from "../../parts/icon.tsx";
import { report } from "../../state/report.ts";
import { today } from "../../values/day.ts";
import { t } from "../../words.ts";
import type { Export } from "../../api.ts";
import type { FormatName } from "../../api/types.d.ts";
import type { TargetedToggleEvent } from "preact";

const POLL_MS = 1000;
const SHOWN = 5;

const FORMATS: [string, string][] = [
  ["csv", t`CSV, for spreadsheets`],
  ["xlsx", t`Excel (XLSX)`],
  ["quickbooks", t`QuickBooks Online (bank CSV)`],
  ["hledger", "hledger"],
  ["beancount", "beancount"],
  ["jsonl", t`JSON Lines, for programs`],
];

export function ExportMenu() {
  const [isOpen, setOpen] = useState(false);
  const { exports, again } = useNewest(isOpen);
  const onToggle = (event: TargetedToggleEvent<HTMLDivElement>) =>
    setOpen(event.newState === "open");
  return (
    <>
      <button
        type="button"
        class="button export-button"
        id="export-button"
        popovertarget="export-menu"
        aria-label="Export"
        title="Export"
      >
        <Icon name="download" />
        <span class="only-wide">Export</span>
      </button>
      <div class="menu export-menu" id="export-menu" popover="auto" onToggle={onToggle}>
        <Form onAsked={again} />
        {exports?.length === 0 && <p class="quiet">Nothing was exported yet.</p>}
        <ul class="menu-list" aria-label="Exports" aria-live="polite">
          {exports?.map((shown) => (
            <Line key={shown.id} shown={shown} />
          ))}
        </ul>
      </div>
    </>
  );
}

/**
 * The newest exports, asked for again as long as one of them is being made.
 *
 * @param isOpen whether anybody looks
 */
function useNewest(isOpen: boolean): { exports: Export[] | null; again: () => void } {
  const [exports, setExports] = useState<Export[] | null>(null);
  const [times, setTimes] = useState(0);
  const again = () => setTimes((before) => before + 1);
  useEffect(() => {
    if (!isOpen) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    const follow = async () => {
      let isUnderWay = true;
      try {
        const newest = await listExports(SHOWN);
        setExports(newest);
        isUnderWay = newest.some(({ status }) => status === "processing");
      } catch (error) {
        report(error);
        isUnderWay = error instanceof ConnectionError;
      }
      if (isUnderWay && !isOver) timer = setTimeout(follow, POLL_MS);
    };
    follow();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [isOpen, times]);
  return { exports, again };
}

function Form({ onAsked }: { onAsked: () => void }) {
  const [month, setMonth] = useState(writtenMonth(today().slice(0, "2026-03".length)));
  const [currency, setCurrency] = useState("");
  const [format, setFormat] = useState("csv");
  const [problem, setProblem] = useState("");
  const [isAsking, setAsking] = useState(false);

  async function ask() {
    const code = currency.trim().toUpperCase();
    const named = readMonth(month);
    if (month.trim() && !named) {
      setProblem(t`Write a month such as ${monthInWords("2026-03")}.`);
      return;
    }
    setAsking(true);
    setProblem("");
    try {
      await askForExport(format as FormatName, {
        ...(named && daysOf(named)),
        ...(code && { currency: code }),
      });
      onAsked();
    } catch (error) {
      const first = error instanceof ApiError ? error.fieldErrors[0] : undefined;
      if (!first) throw error;
      setProblem(first.message);
    } finally {
      setAsking(false);
    }
  }

  const onSubmit = (event: Event) => {
    event.preventDefault();
    ask().catch(report);
  };
  const typed = (set: (text: string) => void) => (event: Event) =>
    set((event.target as HTMLInputElement).value);
  const code = {
    maxlength: 3,
    placeholder: t`all`,
    list: "currencies",
    autocapitalize: "characters",
    autocomplete: "off",
  } as const;
  return (
    <form class="menu-form" id="export-form" onSubmit={onSubmit}>
      <label for="export-month">Month of the expenses</label>
      <MonthInput
        value={month}
        onText={setMonth}
        attributes={{ id: "export-month", "aria-describedby": "export-hint" }}
      />
      <label for="export-currency">Only expenses in (such as EUR)</label>
      <input
        type="text"
        id="export-currency"
        spellcheck={false}
        aria-describedby="export-problem"
        aria-invalid={problem !== ""}
        value={currency}
        onInput={typed(setCurrency)}
        {...code}
      />
      {problem && (
        <p class="input-problem" id="export-problem" role="alert">
          {problem}
        </p>
      )}
      <label for="export-format">Format</label>
      <select id="export-format" value={format} onChange={typed(setFormat)}>
        {FORMATS.map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
      <button type="submit" class="button primary" disabled={isAsking}>
        Export
      </button>
      <p class="quiet" id="export-hint">
        Without a month, all expenses. Receipts that wait for a review are not in it.
      </p>
    </form>
  );
}

function Line({ shown }: { shown: Export }) {
  const { fileUrl, fileName, message, createdAt } = shown;
  const words = (
    <>
      <span class="menu-title">{fileName}</span>
      <span class="quiet">{says(shown)}</span>
    </>
  );
  const when = t`Asked for ${date(createdAt.slice(0, 10))}`;
  return (
    <li>
      {fileUrl ? (
        <a href={fileUrl} download={fileName} title={when}>
          {words}
        </a>
      ) : (
        <span class="menu-text" title={`${when}. ${message}`}>
          {words}
        </span>
      )}
    </li>
  );
}

function says({ status, message, progress, count, totals, size }: Export) {
  if (status === "processing") return t`${progress.done} of ${counted(progress.of, "expense")} …`;
  if (size === null) return message;
  const sums = totals.map(({ currency, total }) => money(total, currency));
  return [counted(count, "expense"), ...sums, fileSize(size)].join(" · ");
}
