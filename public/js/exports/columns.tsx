/**
 * Which columns a file has, and in which order: moved and left out by buttons, added from a list.
 */

import { useLayoutEffect, useRef } from "preact/hooks";

import { announce } from "../notifications/notices.ts";
import { SelectField } from "../parts/fields.tsx";
import { CHOSEN, COLUMNS } from "./headings.ts";
import { t } from "../words.ts";

export function Columns({
  chosen,
  onChosen,
  problem,
}: {
  /** none for those that the file has by itself */
  chosen: string[];
  onChosen: (chosen: string[]) => void;
  problem: string | null;
}) {
  const shown = chosen.length > 0 ? chosen : COLUMNS;
  const list = useRef<HTMLOListElement | null>(null);
  const focused = useRef("");
  // A row that was moved, or is gone, has lost the focus.
  useLayoutEffect(() => {
    if (!focused.current) return;
    const [at = "", what] = focused.current.split("\n");
    const row = [...(list.current?.children ?? [])].find(
      (each) => each instanceof HTMLElement && each.dataset.column === at,
    );
    const buttons = [...(row?.querySelectorAll("button") ?? [])];
    (
      buttons.find((each) => each.dataset.what === what && !each.disabled) ??
      buttons.find((each) => !each.disabled)
    )?.focus();
    focused.current = "";
  }, [shown.join("\n")]);
  const take = (columns: string[]) =>
    onChosen(columns.join("\n") === COLUMNS.join("\n") ? [] : columns);
  const move = (place: number, by: -1 | 1) => {
    const columns = [...shown];
    const [column = ""] = columns.splice(place, 1);
    columns.splice(place + by, 0, column);
    focused.current = `${column}\n${by}`;
    announce(t`${column}: ${place + by + 1} of ${columns.length}`);
    take(columns);
  };
  const leaveOut = (column: string) => {
    const place = shown.indexOf(column);
    const columns = shown.filter((each) => each !== column);
    focused.current = `${columns[Math.min(place, columns.length - 1)]}\n0`;
    take(columns);
  };
  const left = [...COLUMNS, ...CHOSEN].filter((column) => !shown.includes(column));
  const options = [
    { value: "", label: t`Choose …` },
    ...left.map((value) => ({ value, label: value })),
  ];
  return (
    <details class="profile-more">
      <summary>
        Columns: {chosen.length > 0 ? t`${chosen.length}, as chosen` : t`all ${COLUMNS.length}`}
      </summary>
      {problem && (
        <p class="input-problem" role="alert">
          {problem}
        </p>
      )}
      <ol class="columns" aria-label="Columns" ref={list}>
        {shown.map((column, place) => (
          <li key={column} data-column={column}>
            <span>{column}</span>
            <button
              type="button"
              class="icon-button"
              data-what="-1"
              aria-label={t`Move ${column} up`}
              disabled={place === 0}
              onClick={() => move(place, -1)}
            >
              ↑
            </button>
            <button
              type="button"
              class="icon-button"
              data-what="1"
              aria-label={t`Move ${column} down`}
              disabled={place === shown.length - 1}
              onClick={() => move(place, 1)}
            >
              ↓
            </button>
            <button
              type="button"
              class="icon-button"
              data-what="0"
              aria-label={t`Leave ${column} out`}
              disabled={shown.length === 1}
              onClick={() => leaveOut(column)}
            >
              ×
            </button>
          </li>
        ))}
      </ol>
      {left.length > 0 && (
        <SelectField
          label="Add a column"
          value=""
          options={options}
          onValue={(column: string) => column && take([...shown, column])}
        />
      )}
      {chosen.length > 0 && (
        <button type="button" class="button small" onClick={() => onChosen([])}>
          All columns again
        </button>
      )}
    </details>
  );
}
