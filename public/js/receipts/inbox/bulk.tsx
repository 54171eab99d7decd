/**
 * Several failed receipts at once: choosing them, retrying or abandoning them, and what became of
 * each.
 */

import { useLayoutEffect, useRef, useState } from "preact/hooks";

import { getRunSummaries, operateDeadLetters } from "../../api.ts";
import { counted } from "../../format.ts";
import { nameOfRun } from "../../kinds.ts";
import { Icon } from "../../parts/icon.tsx";
import { report, showIfOver } from "../../state/report.ts";
import { store, sync } from "../../state/runs.ts";
import { OperationDialog } from "../../runs/run/operations/lazy-dialog.ts";
import { wordsOf } from "../../runs/run/operations/operations.ts";
import { t } from "../../words.ts";
import type { BulkResult } from "../../api.ts";

const MOST_AT_ONCE = 100;

type Both = "retry" | "abandon";

const WORDS: Record<Both, { title: (count: string) => string; done: string }> = {
  retry: { title: (count) => t`Retry ${count}`, done: "retried" },
  abandon: { title: (count) => t`Give ${count} up`, done: "abandoned" },
};

/** ids of runs */
export default function Bulk({
  chosen,
  onChoose,
}: {
  chosen: Set<string>;
  onChoose: (chosen: Set<string>) => void;
}) {
  const [asked, ask] = useState<{ operation: Both; ids: string[] } | null>(null);
  const [result, setResult] = useState<{ title: string; result: BulkResult } | null>(null);
  const bar = useRef<HTMLDivElement | null>(null);
  store.version.value;
  const failed = store.list("failed").map((run) => run.id);
  const ids = failed.filter((id) => chosen.has(id));

  async function done(operation: Both, changed: string[], its: BulkResult) {
    onChoose(new Set());
    setResult({ title: titleOf(WORDS[operation].done, its), result: its });
    for (let from = 0; from < changed.length; from += MOST_AT_ONCE) {
      for (const run of await getRunSummaries(changed.slice(from, from + MOST_AT_ONCE)))
        store.put(run);
    }
    sync.poke();
  }

  return (
    <>
      {result && <Result {...result} onDismiss={() => setResult(null)} />}
      {failed.length > 0 && (
        <div
          class="bulk"
          id="bulk"
          role="group"
          aria-label="Selected receipts"
          tabindex={-1}
          ref={bar}
        >
          <label class="check">
            <input
              type="checkbox"
              checked={ids.length > 0 && ids.length === failed.length}
              indeterminate={ids.length > 0 && ids.length < failed.length}
              onChange={(event: Event) =>
                onChoose(new Set((event.currentTarget as HTMLInputElement).checked ? failed : []))
              }
            />
            Select all
          </label>
          <span class="quiet" id="bulk-count" aria-live="polite">
            {ids.length > 0 ? t`${ids.length} selected` : ""}
          </span>
          <button
            type="button"
            class="button small"
            disabled={ids.length === 0}
            onClick={() => ask({ operation: "retry", ids })}
          >
            Retry…
          </button>
          <button
            type="button"
            class="button small danger"
            disabled={ids.length === 0}
            onClick={() => ask({ operation: "abandon", ids })}
          >
            Abandon…
          </button>
        </div>
      )}
      {asked && <Asked {...asked} bar={bar} onDone={done} onClose={() => ask(null)} />}
    </>
  );
}

function Asked({
  operation,
  ids,
  bar,
  onDone,
  onClose,
}: {
  operation: Both;
  ids: string[];
  bar: { current: HTMLElement | null };
  onDone: (operation: Both, ids: string[], result: BulkResult) => Promise<void>;
  onClose: () => void;
}) {
  const result: BulkResult = { done: [], refused: {} };
  const question = {
    words: {
      ...wordsOf({ kind: "receipt" }, operation),
      title: WORDS[operation].title(counted(ids.length, "receipt")),
    },
    send: async (reason: string) => {
      for (let from = 0; from < ids.length; from += MOST_AT_ONCE) {
        const some = await operateDeadLetters(
          operation,
          ids.slice(from, from + MOST_AT_ONCE),
          reason,
        );
        result.done.push(...some.done);
        Object.assign(result.refused, some.refused);
      }
    },
    onDone: () => onDone(operation, ids, result).catch(report),
    onRefused: showIfOver,
    fallback: bar,
    onClose,
  };
  return <OperationDialog {...question} />;
}

function Result({
  title,
  result,
  onDismiss,
}: {
  title: string;
  result: BulkResult;
  onDismiss: () => void;
}) {
  const element = useRef<HTMLElement | null>(null);
  useLayoutEffect(() => element.current?.focus(), [result]);
  return (
    <section
      class="bulk-result"
      id="bulk-result"
      aria-labelledby="bulk-title"
      tabindex={-1}
      ref={element}
    >
      <h2 id="bulk-title">{title}</h2>
      <button type="button" class="icon-button" aria-label="Dismiss" onClick={onDismiss}>
        <Icon name="close" />
      </button>
      <ul>
        {Object.entries(result.refused).map(([id, reason]) => (
          <Line key={id} id={id} symbol="alert" reason={reason} />
        ))}
        {result.done.map((id) => (
          <Line key={id} id={id} symbol="check" reason="" />
        ))}
      </ul>
    </section>
  );
}

/** The run's id, and why it was refused */
function Line({ id, symbol, reason }: { id: string; symbol: "alert" | "check"; reason: string }) {
  const run = store.get(id);
  const name = run?.expense?.merchant ?? (run ? nameOfRun(run) : id);
  return (
    <li data-kind={symbol}>
      <Icon name={symbol} />
      <span>
        <a href={`/runs/${id}`}>{name}</a>
        {reason && `: ${reason}.`}
      </span>
    </li>
  );
}

/** @returns "2 receipts abandoned, 1 receipt refused" */
function titleOf(word: string, { done, refused }: BulkResult): string {
  const count = Object.keys(refused).length;
  const parts = [
    done.length > 0 && `${counted(done.length, "receipt")} ${word}`,
    count > 0 && t`${counted(count, "receipt")} refused`,
  ];
  return parts.filter(Boolean).join(", ");
}
