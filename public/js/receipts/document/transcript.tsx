/** The recognised text, with the places that the fields were read from. */

import { useEffect, useRef } from "preact/hooks";

import { get } from "../../api/client.ts";
import { ALL_FIELDS, FIELD_LABELS } from "../../labels.ts";
import { useRequest } from "../../state/request.ts";
import { may } from "../../state/session.ts";
import { t } from "../../words.ts";
import type { AccountPerson } from "../../api/types.d.ts";
import type { Evidence, Extraction, FieldName, Run } from "../../api.ts";
import type { Attention } from "../../parts/attention.ts";

type Span = { field: FieldName; start: number; end: number };

/** Of a line that lists an element of an e-invoice's XML: its path, and the spaces behind it. */
const PATH = /^\/[\w:[\]/@.-]+ {2}/;
/** Before the id of the person who states an expense without a receipt. */
const STATED_BY = t`Stated by: `;
/** Characters; a longer name of a parent leaves no room for the value. */
const LONG_NAME = 24;
const calm = matchMedia("(prefers-reduced-motion: reduce)");

export function Transcript({
  run,
  attention,
  onPick,
}: {
  run: Run;
  /** the field whose evidence stands out; told when one is pointed at here */
  attention: Attention;
  /** what a field was read from was pressed */
  onPick: (field: FieldName) => void;
}) {
  const lines = run.transcript?.lines ?? [];
  const isStated = lines.some((line) => line.startsWith(STATED_BY));
  const { answer: people } = useRequest(
    async (signal) => (isStated && may("read") ? get("/api/people", { signal }) : null),
    [isStated],
  );
  if (!run.receipt) return null;
  const wait =
    run.status === "processing"
      ? t`The text appears here once it has been read.`
      : t`No text was recognised.`;
  return (
    <section class="card transcript" aria-labelledby="text-title">
      <h2 id="text-title">Recognised text</h2>
      {lines.length > 0 ? (
        <Lines
          lines={withName(lines, people?.items ?? [])}
          extraction={run.extraction}
          attention={attention}
          onPick={onPick}
        />
      ) : (
        <p class="quiet">{wait}</p>
      )}
    </section>
  );
}

/**
 * A statement names who states it by an id, which stays where a name changes. No field is read
 * from that line.
 *
 * @param people of the account
 * @returns with the person's name
 */
export function withName(lines: string[], people: Pick<AccountPerson, "id" | "name">[]): string[] {
  const names = new Map(people.map(({ id, name }) => [id, name]));
  return lines.map((line) => {
    const name = line.startsWith(STATED_BY) ? names.get(line.slice(STATED_BY.length)) : undefined;
    return name === undefined ? line : `${STATED_BY}${name}`;
  });
}

function Lines({
  lines,
  extraction,
  attention,
  onPick,
}: {
  lines: string[];
  extraction: Extraction | null;
  attention: Attention;
  onPick: (field: FieldName) => void;
}) {
  const scroller = useRef<HTMLDivElement | null>(null);
  const spans = spansByLine(extraction);
  const active = attention.active.value;
  const activeLine = active ? extraction?.[active]?.evidence?.line : undefined;
  useEffect(() => {
    const line =
      activeLine === undefined ? null : scroller.current?.querySelectorAll("li")[activeLine];
    if (line && scroller.current) reveal(line, scroller.current);
  }, [activeLine]);
  const onClick = (event: Event) => {
    const field = fieldAt(event.target);
    if (field) onPick(field);
  };
  return (
    <div
      class="transcript-scroller"
      tabindex={0}
      role="group"
      aria-label="Lines of the text"
      ref={scroller}
    >
      <ol
        class="transcript-lines"
        onPointerOver={(event: Event) =>
          attention.point(fieldAt(event.target), lineAt(event.target))
        }
        onPointerLeave={() => attention.point(null)}
        onClick={onClick}
      >
        {lines.map((text, index) => (
          <li key={index} class={index === activeLine ? "is-active" : undefined}>
            {pieces(text, spans.get(index) ?? [], active)}
          </li>
        ))}
      </ol>
    </div>
  );
}

function reveal({ offsetTop, offsetHeight }: HTMLElement, scroller: HTMLElement) {
  const { scrollTop, clientHeight } = scroller;
  if (offsetTop >= scrollTop && offsetTop + offsetHeight <= scrollTop + clientHeight) return;
  scroller.scrollTo({
    top: offsetTop - clientHeight / 2,
    behavior: calm.matches ? "instant" : "smooth",
  });
}

/** @param spans may overlap */
function pieces(text: string, spans: Span[], active: FieldName | null) {
  // Spans count characters as Python does, so not in UTF-16 units.
  const characters = [...text];
  const cuts = new Set([0, characters.length, ...spans.flatMap(({ start, end }) => [start, end])]);
  const at = [...cuts].filter((cut) => cut <= characters.length).sort((a, b) => a - b);
  const path = PATH.exec(text)?.[0] ?? "";
  const parts = at.slice(0, -1).map((start, index) => {
    if (start < path.length && (at[index + 1] ?? 0) <= path.length) return null;
    const piece = characters.slice(Math.max(start, path.length), at[index + 1]).join("");
    const here = spans
      .filter((span) => span.start <= start && start < span.end)
      .map(({ field }) => field);
    if (here.length === 0) return piece;
    const title = here.map((field) => FIELD_LABELS[field]).join(", ");
    const look = active && here.includes(active) ? "is-active" : undefined;
    return (
      <mark data-field={here[0]} title={title} class={look}>
        {piece}
      </mark>
    );
  });
  return [
    path && (
      <span class="transcript-path" title={path.trim()}>
        {nameOf(path)}
        {"  "}
      </span>
    ),
    ...parts,
  ];
}

/** A line with the place marked that a value was read from. */
export function Quote({ evidence: { text, start, end } }: { evidence: Evidence }) {
  const characters = [...text];
  const before = characters.slice(0, start).join("").trimStart();
  const after = characters.slice(end).join("").trimEnd();
  return (
    <q>
      {before}
      <mark>{characters.slice(start, end).join("")}</mark>
      {after}
    </q>
  );
}

/** @param path of an element; its last names tell enough, and the whole stands in its title */
function nameOf(path: string) {
  const names = path
    .trim()
    .split("/")
    .map((name) => name.replace(/^\w+:/, ""));
  const [parent = "", name = ""] = names.slice(-2);
  return parent.length < LONG_NAME ? `${parent}/${name}` : name;
}

function spansByLine(extraction: Extraction | null): Map<number, Span[]> {
  const spans: Map<number, Span[]> = new Map();
  for (const field of ALL_FIELDS) {
    const evidence = extraction?.[field]?.evidence;
    if (!evidence) continue;
    const span = { field, start: evidence.start, end: evidence.end };
    spans.set(evidence.line, [...(spans.get(evidence.line) ?? []), span]);
  }
  return spans;
}

function fieldAt(target: EventTarget | null): FieldName | null {
  const mark = target instanceof HTMLElement ? target.closest("mark") : null;
  return (mark?.dataset.field ?? null) as FieldName | null;
}

/** @returns counted from 0 */
function lineAt(target: EventTarget | null): number | null {
  const line = target instanceof HTMLElement ? target.closest("li") : null;
  return line?.parentElement ? [...line.parentElement.children].indexOf(line) : null;
}
