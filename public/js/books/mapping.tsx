/**
 * What our words are in the books: categories, tax rates and people; what has no place yet comes
 * first.
 */

import { useEffect, useState } from "preact/hooks";

import { ApiError, get, post, put } from "../api/client.ts";
import { counted } from "../format.ts";
import { notify } from "../notifications/notices.ts";
import { Icon } from "../parts/icon.tsx";
import { Moment } from "../parts/values.tsx";
import { View, Waiting } from "../parts/view.tsx";
import { go } from "../shell/address.ts";
import { report, showIfOver } from "../state/report.ts";
import { sentenceOf, useRequest } from "../state/request.ts";
import { may } from "../state/session.ts";
import { addressOf } from "./addresses.ts";
import { AddWord } from "./add-word.tsx";
import {
  GROUPS,
  isChanged,
  keyOf,
  leftOf,
  problemsOf,
  rowsOf,
  withCode,
  withWord,
  wordName,
  wordsOf,
} from "./mapping-rows.ts";
import { offersFor } from "./offers.ts";
import { usePeople } from "./people.ts";
import { BeforeFirst, SyncNow } from "./sync-now.tsx";
import { t } from "../words.ts";
import { useBusy } from "../parts/use-busy.ts";
import { Problem } from "../parts/problem.tsx";
import type { BooksChart, BooksConnection, BooksMappingShown } from "../api/types.d.ts";
import type { Row } from "./mapping-rows.ts";
import type { What } from "./what.ts";
import type { ViewProps } from "../shell/view-props.ts";

const OF_CLAIMS: Set<What> = new Set(["income", "output_tax"]);

export default function Mapping({ params: { id = "" } }: ViewProps) {
  const path = { connection_id: id };
  const connection = useRequest(
    (signal) => get("/api/books/connections/{connection_id}", { path, signal }),
    [id],
  );
  const chart = useChart(id, connection.answer);
  const readAt = chart.isKnown ? (chart.answer?.readAt ?? "never") : null;
  // Which rates are offered depends on the tax codes of the books: it is asked for once they are
  // known.
  const mapping = useRequest(
    async (signal) =>
      readAt && {
        readAt,
        kept: await get("/api/books/connections/{connection_id}/mapping", { path, signal }),
      },
    [id, readAt],
  );
  const kept = mapping.answer && mapping.answer.readAt === readAt ? mapping.answer.kept : null;
  const people = usePeople();
  const isFirst =
    connection.answer?.status === "connected" && !connection.answer.firstSyncAt && may("export");
  const actions = (
    <>
      {isFirst && connection.answer && (
        <SyncNow connection={connection.answer} onBegun={() => go(addressOf(id))} />
      )}
      <a class="button" href={`/books/${id}/dry-run`}>
        Dry run
      </a>
      {may("export") && (
        <button type="button" class="button" disabled={chart.isBusy} onClick={chart.read}>
          {chart.isBusy ? t`Reading …` : t`Read the accounts again`}
        </button>
      )}
    </>
  );
  const isThere = connection.answer && kept && people;
  return (
    <View title="Mapping" actions={actions}>
      <p class="back-link">
        <a href={addressOf(id)}>{connection.answer?.name ?? t`Connection`}</a>
      </p>
      <BeforeFirst connection={connection.answer} />
      <Waiting
        problem={connection.problem ?? mapping.problem}
        isLoading={!isThere}
        onAgain={() => {
          connection.again();
          mapping.again();
        }}
      />
      <Problem>{chart.problem}</Problem>
      {isThere && (
        <Form
          key={readAt}
          id={id}
          people={people}
          kept={kept}
          chart={chart.answer}
          onSaved={(saved: BooksMappingShown) => readAt && mapping.set({ readAt, kept: saved })}
        />
      )}
    </View>
  );
}

/**
 * The accounts and tax codes, as they were read last; the first time they are read by themselves.
 *
 * @param connection null while it is asked for
 */
function useChart(id: string, connection: BooksConnection | null) {
  const path = { connection_id: id };
  const [isBusy, whileBusy] = useBusy();
  const [problem, setProblem] = useState<string | null>(null);
  const [answer, set] = useState<BooksChart | null>(null);
  const [isKnown, setKnown] = useState(false);
  async function read() {
    return whileBusy(async () => {
      setProblem(null);
      try {
        set(await post("/api/books/connections/{connection_id}/chart", null, { path }));
      } catch (error) {
        if (!showIfOver(error)) setProblem(sentenceOf(error));
      } finally {
        setKnown(true);
      }
    });
  }
  useEffect(() => {
    if (!connection) return;
    if (connection.chartAt)
      get("/api/books/connections/{connection_id}/chart", { path })
        .then(set, report)
        .finally(() => setKnown(true));
    else if (may("export")) void read();
    else setKnown(true);
  }, [connection]);
  return { answer, problem, isBusy, isKnown, read };
}

function Form({
  id,
  kept,
  chart,
  people,
  onSaved,
}: {
  id: string;
  kept: BooksMappingShown;
  chart: BooksChart | null;
  people: Map<string, string>;
  onSaved: (saved: BooksMappingShown) => void;
}) {
  const [rows, change] = useState(() => rowsOf(kept, chart, people));
  const [problems, setProblems] = useState(new Map<string, string>());
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, whileBusy] = useBusy();
  const left = leftOf(rows);
  const proposed = rows.filter((each) => each.isProposed).length;
  const mayChange = may("export");

  async function save() {
    return whileBusy(async () => {
      setProblems(new Map());
      setProblem(null);
      try {
        const saved = await put(
          "/api/books/connections/{connection_id}/mapping",
          { words: wordsOf(rows) },
          { path: { connection_id: id } },
        );
        onSaved(saved);
        change(rowsOf(saved, chart, people));
        // The button that had the focus goes.
        (document.querySelector("main h1") as HTMLElement | null)?.focus({ preventScroll: true });
        notify(
          saved.unmapped.length === 0
            ? t`Saved. Each word has its place.`
            : t`Saved. ${counted(saved.unmapped.length, "word")} still without a place.`,
          { kind: "success" },
        );
      } catch (error) {
        if (showIfOver(error)) return;
        const found = error instanceof ApiError ? problemsOf(rows, error.fieldErrors) : new Map();
        setProblems(found);
        if (found.size === 0) setProblem(sentenceOf(error));
      }
    });
  }

  const onSubmit = (event: Event) => {
    event.preventDefault();
    if (!isBusy) void save();
  };
  const groups = GROUPS.map((group) => ({
    ...group,
    rows: rows.filter(({ what }) => what === group.what),
  }));
  const shown = (some: typeof groups) =>
    some.map((group) => (
      <Group
        key={group.what}
        group={group}
        chart={chart}
        people={people}
        problems={problems}
        mayChange={mayChange}
        needsTaxCodes={kept.needsTaxCodes}
        onCode={(word: string, code: string | null) =>
          change(withCode(rows, group.what, word, code))
        }
        onWord={(word: string) => change(withWord(rows, group.what, word))}
      />
    ));
  // Most companies charge their customers nothing by it.
  const areClaimsFolded = groups.every(
    (group) => !OF_CLAIMS.has(group.what) || group.rows.length === 0,
  );
  const [claims, costs] = [true, false].map((isOf) =>
    groups.filter(({ what }) => OF_CLAIMS.has(what) === isOf),
  );
  return (
    <form class="books-mapping" novalidate onSubmit={onSubmit}>
      <p class="books-answer" data-whole={left + proposed === 0} role="status">
        <Icon name={left + proposed === 0 ? "check" : "alert"} />
        <span>
          <strong>{standing(left, proposed)}</strong>
          <span class="quiet">
            {[
              left > 0 &&
                proposed > 0 &&
                t`${counted(proposed, "mapping")} proposed: check and save`,
              !kept.isWhole && t`The first 5,000 changes were looked at.`,
            ]
              .filter(Boolean)
              .join(" ")}{" "}
            {chart && (
              <>
                {chart.company}'s accounts, read <Moment at={chart.readAt} />.
              </>
            )}
          </span>
        </span>
      </p>
      {shown(costs ?? [])}
      {areClaimsFolded
        ? mayChange && (
            <details class="books-more">
              <summary>What customers are charged</summary>
              {shown(claims ?? [])}
            </details>
          )
        : shown(claims ?? [])}
      <Problem>{problem}</Problem>
      {problems.size > 0 && (
        <p class="form-problem" role="alert">
          {counted(problems.size, "place")} cannot be taken. See beside each.
        </p>
      )}
      {mayChange && isChanged(rows, kept) && (
        <div class="save-bar books-save">
          <button type="submit" class="button primary" disabled={isBusy}>
            Save the mapping
          </button>{" "}
          <span class="quiet">What is in the books stays as it is until it changes.</span>
        </div>
      )}
    </form>
  );
}

/**
 * @param left words without a place
 * @param proposed places that nobody has saved yet
 */
function standing(left: number, proposed: number) {
  if (left > 0) return t`${counted(left, "thing")} to map`;
  return proposed > 0
    ? t`${counted(proposed, "place is", "places are")} proposed: look, and save.`
    : t`Everything is mapped`;
}

function Group({
  group,
  chart,
  people,
  problems,
  mayChange,
  needsTaxCodes,
  onCode,
  onWord,
}: {
  group: { what: What; title: string; says: string; rows: Row[] };
  chart: BooksChart | null;
  people: Map<string, string>;
  problems: Map<string, string>;
  mayChange: boolean;
  needsTaxCodes: boolean;
  onCode: (word: string, code: string | null) => void;
  onWord: (word: string) => void;
}) {
  const { what, title, says, rows } = group;
  return (
    <section class="card" aria-labelledby={`map-${what}`}>
      <div class="section-head">
        <div>
          <h2 id={`map-${what}`}>{title}</h2>
          <p class="quiet">{says}</p>
        </div>
      </div>
      {rows.length > 0 && (
        <ul class="books-words" aria-label={title}>
          {rows.map((row) => (
            <Word
              key={keyOf(row)}
              row={row}
              chart={chart}
              people={people}
              mayChange={mayChange}
              needsTaxCodes={needsTaxCodes}
              problem={problems.get(keyOf(row))}
              onCode={(code: string | null) => onCode(row.word, code)}
            />
          ))}
        </ul>
      )}
      {mayChange && <AddWord what={what} rows={rows} people={people} onWord={onWord} />}
    </section>
  );
}

// What a select has for a word without a place; no code is called so.
const NOWHERE = "\u0000";

function shownOption({ value, label }: { value: string; label: string }) {
  return (
    <option key={value} value={value}>
      {label}
    </option>
  );
}

function Word({
  row,
  chart,
  people,
  problem,
  mayChange,
  needsTaxCodes,
  onCode,
}: {
  row: Row;
  chart: BooksChart | null;
  people: Map<string, string>;
  problem: string | undefined;
  mayChange: boolean;
  needsTaxCodes: boolean;
  onCode: (code: string | null) => void;
}) {
  const { what, word, code, items, isProposed } = row;
  const name = wordName(what, word, people);
  const id = `map-${keyOf(row)}`.replace(/\s/g, "_");
  const given = {
    id,
    disabled: !mayChange,
    "aria-invalid": problem ? true : undefined,
    "aria-describedby": problem ? `${id}-problem` : undefined,
  };
  const isText = what === "person" || !chart;
  const onInput = (event: Event) => {
    const text = (event.target as HTMLInputElement | HTMLSelectElement).value;
    onCode(text === NOWHERE || (isText && text === "") ? null : text);
  };
  return (
    <li class="books-word" data-open={items > 0 && code === null}>
      <label for={id}>
        {name}
        {items > 0 && (
          <>
            {" "}
            <span class="quiet">
              {counted(items, "item")}
              {code === null ? t` without a place` : ""}
            </span>
          </>
        )}
      </label>
      <div class="books-place">
        {isText ? (
          <input
            type="text"
            autocomplete="off"
            spellcheck={false}
            value={code ?? ""}
            placeholder={
              what === "person" ? t`The contact's name in the books` : t`The code in the books`
            }
            onInput={onInput}
            {...given}
          />
        ) : (
          <select value={code ?? NOWHERE} onChange={onInput} {...given}>
            <option value={NOWHERE}>Choose …</option>
            {offersFor(what, word, code, chart, needsTaxCodes).map(({ label, options }) =>
              label ? (
                <optgroup key={label} label={label}>
                  {options.map(shownOption)}
                </optgroup>
              ) : (
                options.map(shownOption)
              ),
            )}
          </select>
        )}
        {isProposed && (
          <span class="pill" data-status="processing">
            Proposed
          </span>
        )}
      </div>
      {problem && (
        <p class="input-problem" id={`${id}-problem`} role="alert">
          {problem}
        </p>
      )}
    </li>
  );
}
