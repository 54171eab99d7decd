/**
 * Inputs of more than one part: an amount whose sign a phone's keypad lacks, and a day that can be
 * picked.
 */

import { useRef } from "preact/hooks";

import { readDay, writtenDay } from "../values/day.ts";
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

export function DayInput({ value, onText, attributes, inputRef = null }: InputProps) {
  const picker = useRef<HTMLInputElement | null>(null);
  const open = () => {
    if (!picker.current) return;
    picker.current.value = readDay(value).value ?? "";
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
        type="date"
        class="day-picker"
        tabindex={-1}
        aria-hidden="true"
        ref={picker}
        onChange={(event: Event) => textOf(event) && onText(writtenDay(textOf(event)))}
      />
      <button
        type="button"
        class="icon-button"
        tabindex={-1}
        aria-label="Pick a day"
        title="Pick a day"
        onClick={open}
      >
        <Icon name="calendar" />
      </button>
    </span>
  );
}
