/**
 * Asks for an export: which days, which expenses of these, which format, by which profile; says
 * what would be in it.
 */

import { useEffect, useRef, useState } from "preact/hooks";

import { ApiError, get, post } from "../api/client.ts";
import { counted, money } from "../format.ts";
import { notify } from "../notifications/notices.ts";
import { CurrencyField, SelectField } from "../parts/fields.tsx";
import { Problem } from "../parts/problem.tsx";
import { report } from "../state/report.ts";
import { useRequest } from "../state/request.ts";
import { today } from "../values/day.ts";
import { partsOf } from "../expenses/asked.ts";
import { Chips } from "../expenses/chips.tsx";
import { TOO_MANY } from "../expenses/totals.tsx";
import { formatName, FORMATS } from "./formats.ts";
import { PeriodFields, periodOf, readPeriod, lastMonth } from "./period.tsx";
import { t } from "../words.ts";
import type {
  Export,
  ExportFilter,
  FormatName,
  Profile,
  Totals,
  ExportWarning,
} from "../api/types.d.ts";
import type { Asked } from "../expenses/asked.ts";
import type { Days } from "./period.tsx";

// What is handed on, of all that the list may find.
const HANDED_ON = ["ready", "approved"];
// Expenses of a warning that are led to by name.
const MOST_LINKS = 5;

// People read these, and keep them: each has all of its days.
const WHOLE = ["pdf", "zip", "package"];

export function ExportForm({
  asked,
  profiles,
  made,
  asOf,
  isKnown,
  onAsked,
}: {
  /** the filter in the address, as the list of expenses has it */
  asked: Asked;
  profiles: Profile[];
  /** the newest exports */
  made: Export[];
  /** changes with what was exported, so that what is new is counted anew */
  asOf: string;
  /** profiles and exports were read: until then nobody knows what an export would have again */
  isKnown: boolean;
  onAsked: () => void;
}) {
  const given = periodOf(asked);
  const isLed = partsOf(asked).length > 0 || Boolean(asked.q);
  const [period, setPeriod] = useState(
    given ?? { ...lastMonth(), ...(isLed && { kind: "all" as const }) },
  );
  const [currency, setCurrency] = useState(
    asked.currency?.length === 1 ? (asked.currency[0] ?? "") : "",
  );
  const [typed, setChosen] = useState("");
  const [ticked, tick] = useState<boolean | null>(null);
  const [withDocuments, setWithDocuments] = useState(true);
  const [problems, setProblems] = useState<Record<string, string>>({});
  const [isAsking, setAsking] = useState(false);

  // A company that has set DATEV up exports to it.
  const usual = profiles.find(({ format }) => format === "datev")?.id ?? "csv";
  const chosen = typed || usual;
  const profile = profiles.find(({ id }) => id === chosen);
  const format = profile?.format ?? chosen;
  const read = readPeriod(period);
  const filter = {
    ...carried(asked),
    ...read.days,
    ...(currency.length === 3 && { currency: [currency] }),
  };
  // What is new is known by days, currency and category alone.
  const isNarrower = Object.keys(filter).some(
    (name) => !["from", "to", "currency", "category"].includes(name),
  );
  const isBatch = format === "datev";
  // What comes twice is booked twice, by DATEV or by the person who enters the lines elsewhere.
  const mayRepeat = profile ? profile.inUse > 0 : made.some((each) => isOfSeries(each, format));
  const onlyNew = (ticked ?? (mayRepeat && !WHOLE.includes(format))) && !isNarrower;
  const body = {
    format: format as FormatName,
    profile: profile?.id ?? null,
    filter: filter as ExportFilter,
    onlyNew,
  };
  const text = JSON.stringify(body);
  useEffect(() => setProblems({}), [text]);
  const { preview, isEmpty } = usePreview(body, `${text} ${asOf}`, isKnown);

  // Where the line breaks before the documents are asked for, the batch is on its way already.
  const begun = useRef("");
  async function ask(event: Event) {
    event.preventDefault();
    if (Object.keys(read.problems).length > 0) return;
    setAsking(true);
    setProblems({});
    try {
      if (begun.current !== text) await post("/api/exports", body);
      begun.current = text;
      if (isBatch && withDocuments) await askForDocuments(body);
      begun.current = "";
      notify(t`The file is being made. It appears under “Files”.`, { kind: "success" });
      onAsked();
    } catch (error) {
      const known = error instanceof ApiError ? problemsOf(error) : {};
      if (Object.keys(known).length > 0) setProblems(known);
      else report(error);
    } finally {
      setAsking(false);
    }
  }

  const onNew = (event: Event) => tick((event.target as HTMLInputElement).checked);
  const options = [
    ...FORMATS,
    ...profiles.map(({ id, name, format }) => ({
      value: id,
      label: name === formatName(format) ? name : `${name} (${formatName(format)})`,
    })),
  ];
  const shown = {
    ...asked,
    from: undefined,
    to: undefined,
    ...(asked.currency?.length === 1 && { currency: undefined }),
  };
  return (
    <form novalidate onSubmit={ask}>
      {(partsOf(shown).length > 0 || asked.q) && (
        <div class="export-found">
          <p>Of what the list of expenses found:</p>
          <Chips asked={shown} at="/exports" hasText />
        </div>
      )}
      <div class="fields-row">
        <PeriodFields
          period={period}
          onPeriod={setPeriod}
          problems={{ ...problems, ...read.problems }}
          label="Month of the expenses"
          hint={isBatch ? t`A batch is of one fiscal year.` : t`Without a month, all expenses.`}
        />
        {(asked.currency?.length ?? 0) < 2 && (
          <CurrencyField
            label="Currency (such as EUR)"
            placeholder="all"
            value={currency}
            onValue={setCurrency}
            problem={problems.currency ?? null}
          />
        )}
        <SelectField
          label="Format"
          value={chosen}
          onValue={setChosen}
          options={options}
          problem={problems.format ?? null}
        />
      </div>
      <label class="check">
        <input type="checkbox" checked={onlyNew} disabled={isNarrower} onChange={onNew} /> Only
        changes since the last export
        {isNarrower ? t`: by days, currency and category alone` : ""}
      </label>
      {isBatch && (
        <label class="check">
          <input
            type="checkbox"
            checked={withDocuments}
            onChange={(event: Event) =>
              setWithDocuments((event.target as HTMLInputElement).checked)
            }
          />{" "}
          With the documents, as a ZIP for DATEV Belegtransfer
        </label>
      )}
      {isBatch && mayRepeat && !onlyNew && (
        <p class="export-warning" role="status">
          The file may have again what an earlier one had. DATEV would book that twice.
        </p>
      )}
      {isBatch && isRunning(read.days) && (
        <p class="export-warning" role="status">
          This month has not ended: your invoices to clients are in the batch once it has.
        </p>
      )}
      <Preview answer={preview} onlyNew={onlyNew} />
      <Duplicates days={read.days} />
      <Problem>{problems[""]}</Problem>
      <p>
        <button type="submit" class="button primary" disabled={isAsking || isEmpty || !isKnown}>
          Export
        </button>
      </p>
    </form>
  );
}

/** Whether it was made in a format without a profile; what failed handed nothing on. */
function isOfSeries({ profile, format: made, finishedAt, status }: Export, format: string) {
  return profile === null && made === format && (finishedAt !== null || status === "processing");
}

type Body = { format: FormatName; profile: string | null; filter: ExportFilter; onlyNew: boolean };

/** The ZIP beside a batch, unless no expense would be in it. */
async function askForDocuments(body: Body) {
  const asked = { ...body, format: "datev-documents" as const, profile: null };
  const { count } = await post("/api/exports/count", asked);
  if (count > 0) await post("/api/exports", asked);
}

/** Whether the days reach into the month that goes on. */
function isRunning({ to }: Days) {
  return to !== undefined && to >= `${today().slice(0, "2026-03".length)}-01`;
}

type Previewed = Awaited<ReturnType<typeof previewOf>>;

/**
 * @param text what is asked, as one text
 * @param isKnown what is asked is settled
 */
function usePreview(body: Body, text: string, isKnown: boolean) {
  const { answer } = useRequest(
    async (signal) => (isKnown ? { text, preview: await previewOf(body, signal) } : null),
    [text, isKnown],
  );
  // While it is counted anew, what was counted before is shown, but hinders nothing.
  const isEmpty = answer?.text === text && answer.preview.isEmpty;
  return { preview: answer?.preview ?? null, isEmpty };
}

async function previewOf(body: Body, signal: AbortSignal) {
  // What cannot be exported is said when it is asked for.
  try {
    const [{ count, corrections, isEmpty, warnings }, totals] = await Promise.all([
      post("/api/exports/count", body, { signal }),
      sumsOf(body, signal),
    ]);
    return { count, corrections, isEmpty, totals, warnings };
  } catch (error) {
    if (error instanceof ApiError && error.status === 422)
      return { count: null, corrections: 0, isEmpty: false, totals: null, warnings: [] };
    throw error;
  }
}

/** How many expenses it would be, and what they add up to. */
function Preview({ answer, onlyNew }: { answer: Previewed | null; onlyNew: boolean }) {
  if (!answer || answer.count === null) return null;
  const { count, corrections, isEmpty, totals, warnings } = answer;
  const sums = totals && totals.count === count ? wordsOf(totals) : [];
  return (
    <>
      <p class="export-sums" aria-live="polite">
        {isEmpty ? (
          <span>
            {onlyNew
              ? t`Nothing is new: the file would be empty.`
              : t`Nothing moved: the file would be empty.`}
          </span>
        ) : count + corrections === 0 ? (
          <span>No expense in it: only entries of the bank, or invoices.</span>
        ) : (
          <span>{counted(count, "expense")} in it.</span>
        )}
        {corrections > 0 && (
          <span>
            {counted(
              corrections,
              "expense changed since it was exported: its earlier line is reversed.",
              "expenses changed since they were exported: their earlier lines are reversed.",
            )}
          </span>
        )}
        {sums.map((each) => (
          <span key={each} class="money">
            {each}
          </span>
        ))}
      </p>
      {warnings.map((warning) => (
        <Warned key={warning.code} warning={warning} />
      ))}
    </>
  );
}

/** Pairs of these days that may be one purchase. */
function Duplicates({ days: { from, to } }: { days: Days }) {
  const { answer } = useRequest(
    (signal) => get("/api/duplicates/count", { query: { from, to }, signal }),
    [from, to],
  );
  if (!answer || answer.pairs === 0) return null;
  return (
    <p class="export-warning">
      <a href="/duplicates">{counted(answer.pairs, "possible duplicate", "possible duplicates")}</a>
    </p>
  );
}

/** What would be booked elsewhere than one may think. */
function Warned({ warning: { message, count, expenses, names } }: { warning: ExportWarning }) {
  const shown = expenses.slice(0, MOST_LINKS);
  return (
    <p class="export-warning">
      {message}{" "}
      {shown.map((id, place) => (
        <>
          <a key={id} href={`/expenses/${id}`}>
            {names[place] || place + 1}
          </a>
          {place + 1 < shown.length ? ", " : " "}
        </>
      ))}
      {count > shown.length && t`and ${count - shown.length} more`}
    </p>
  );
}

async function sumsOf(
  { filter, onlyNew }: { filter: ExportFilter; onlyNew: boolean },
  signal: AbortSignal,
) {
  if (onlyNew) return null;
  const asked = filter.status as string[] | undefined;
  const status = asked ? asked.filter((each) => HANDED_ON.includes(each)) : HANDED_ON;
  const query = { ...filter, status } as any;
  return get("/api/expenses/totals", { query, signal }).catch((error) => {
    if (error instanceof ApiError && error.code === TOO_MANY) return null;
    throw error;
  });
}

function wordsOf({ base, currencies, count }: Totals) {
  const own = currencies.map(({ currency, total }) => money(total, currency));
  return base && currencies.length > 1 && base.count === count
    ? [...own, t`total ${money(base.total, base.currency)}`]
    : own;
}

/** What of the list's filter goes with every period and currency. */
function carried({ from: _from, to: _to, sort: _sort, currency, ...rest }: Asked) {
  return (currency?.length ?? 0) > 1 ? { ...rest, currency } : rest;
}

/** What is refused, by the field that it stands beside; "" for the form as a whole. */
function problemsOf(error: ApiError): Record<string, string> {
  if (error.fieldErrors.length === 0) return error.status === 409 ? { "": error.message } : {};
  const places: Record<string, string> = {
    "filter.currency": "currency",
    "filter.from": "from",
    "filter.to": "to",
    profile: "format",
    format: "format",
  };
  return Object.fromEntries(
    error.fieldErrors.map(({ field, message }) => [places[field] ?? "", message]),
  );
}
