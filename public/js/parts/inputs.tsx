/**
 * Inputs of more than one part: an amount whose sign a phone's keypad lacks, and a day or a
 * month that can be picked.
 */

import { useRef } from "preact/hooks";

import { readBound, writtenBound } from "../values/bounds.ts";
import { readDay, writtenDay } from "../values/day.ts";
import { readMonth, writtenMonth } from "../values/month-names.ts";
import { pickerOf } from "../values/period.ts";
import { t } from "../words.ts";
import { Icon } from "./icon.tsx";
import type { Ref } from "preact";

interface InputProps {
  /** as it is typed */
  value: string;
  onText: (text: string) => void;
  /** of the input */
  attributes?: Record<string, unknown> | undefined;
  inputRef?: Ref<HTMLInputElement>;
}

function textOf(event: Event) {
  return (event.target as HTMLInputElement).value;
}

export function AmountInput({ value, onText, attributes, inputRef = null }: InputProps) {
  // The decimal keypad of some phones has one mark and no minus.
  const flip = () =>
    onText(/^\s*[-−]/.test(value) ? value.replace(/^\s*[-−]\s*/, "") : `-${value.trim()}`);
  return (
    <span class="input-group">
      <input
        type="text"
        inputmode="decimal"
        autocomplete="off"
        spellcheck={false}
        value={value}
        ref={inputRef}
        onInput={(event: Event) => onText(textOf(event))}
        {...attributes}
      />
      <button
        type="button"
        class="icon-button only-coarse"
        tabindex={-1}
        aria-label="Plus or minus"
        onClick={flip}
      >
        ±
      </button>
    </span>
  );
}

export function DayInput(props: InputProps) {
  const iso = (text: string) => readDay(text).value ?? "";
  return <Picked {...props} type="date" label={t`Pick a day`} read={iso} write={writtenDay} />;
}

/** A month as it is typed (`March 2026`, `3/2026`, `2026-03`), or picked. */
export function MonthInput(props: InputProps) {
  return (
    <Picked {...props} type="month" label={t`Pick a month`} read={readMonth} write={writtenMonth} />
  );
}

/** The bound of a period, a day, a month or a year; typed, or picked. */
export function BoundInput(props: InputProps) {
  const iso = (text: string) => readBound(text).value ?? "";
  const type = pickerOf(iso(props.value));
  const label = type === "date" ? t`Pick a day` : t`Pick a month`;
  return <Picked {...props} type={type} label={label} read={iso} write={writtenBound} />;
}

/** A text, with the browser's picker behind a button. */
function Picked({
  value,
  onText,
  attributes,
  inputRef = null,
  type,
  label,
  read,
  write,
}: InputProps & {
  type: "date" | "month";
  /** of the button */
  label: string;
  /** what is typed, as the picker has it; empty for nothing */
  read: (text: string) => string;
  /** what is picked, as it is typed */
  write: (picked: string) => string;
}) {
  const picker = useRef<HTMLInputElement | null>(null);
  const open = () => {
    if (!picker.current) return;
    picker.current.value = read(value);
    picker.current.showPicker();
  };
  return (
    <span class="input-group">
      <input
        type="text"
        autocomplete="off"
        spellcheck={false}
        value={value}
        ref={inputRef}
        onInput={(event: Event) => onText(textOf(event))}
        {...attributes}
      />
      <input
        type={type}
        class="day-picker"
        tabindex={-1}
        aria-hidden="true"
        ref={picker}
        onChange={(event: Event) => textOf(event) && onText(write(textOf(event)))}
      />
      <button
        type="button"
        class="icon-button"
        tabindex={-1}
        aria-label={label}
        title={label}
        onClick={open}
      >
        <Icon name="calendar" />
      </button>
    </span>
  );
}
