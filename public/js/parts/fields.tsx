/**
 * Fields of forms: a label, the input, what is wrong with it, and a hint. A field is given its
 * `value` as the API has it (amounts as decimal strings, days as YYYY-MM-DD) and tells each change
 * by `onValue`.
 */

import { useEffect, useId, useState } from "preact/hooks";

import { dateInWords, money } from "../format.ts";
import { readAmount } from "../values/amount.ts";
import { readBound, writtenBound } from "../values/bounds.ts";
import { readDay, writtenDay } from "../values/day.ts";
import { monthInWords, readMonth } from "../values/month-names.ts";
import { AmountInput, BoundInput, DayInput, MonthInput } from "./inputs.tsx";
import { useInSight } from "./problem.tsx";
import type { ComponentChildren } from "preact";

export interface FieldProps {
  label: string;
  value: string;
  onValue: (value: string) => void;
  /** what is to be put right */
  problem?: string | null | undefined;
  hint?: ComponentChildren;
  placeholder?: string | undefined;
  required?: boolean | undefined;
  disabled?: boolean | undefined;
  /** id of a datalist: `currencies` and `categories` are there always */
  list?: string | undefined;
  maxLength?: number | undefined;
}

/** `attributes` are the input's */
export function TextField({
  attributes,
  ...props
}: FieldProps & { attributes?: Record<string, unknown> | undefined }) {
  const { value, onValue, placeholder, required, disabled, list, maxLength } = props;
  const onInput = (event: Event) => onValue((event.target as HTMLInputElement).value);
  return (
    <Field {...props}>
      {(given: Record<string, unknown>) => (
        <input
          type="text"
          autocomplete="off"
          spellcheck={false}
          value={value}
          onInput={onInput}
          placeholder={placeholder}
          required={required}
          disabled={disabled}
          list={list}
          maxLength={maxLength}
          {...given}
          {...attributes}
        />
      )}
    </Field>
  );
}

/**
 * A file of this machine: a button, and the name of what was chosen. The browser's own input says
 * both in the browser's language.
 */
export function FileField({
  label,
  accept,
  file,
  onFile,
}: {
  label: string;
  accept: string;
  file: File | null;
  onFile: (file: File | null) => void;
}) {
  const onChange = (event: Event) => onFile((event.target as HTMLInputElement).files?.[0] ?? null);
  return (
    <label class="field file-field">
      <span class="field-label">{label}</span>
      <input class="visually-hidden" type="file" accept={accept} onChange={onChange} />
      <span class="file-choice">
        <span class="button" aria-hidden="true">
          Choose a file…
        </span>
        <span class="quiet">{file?.name}</span>
      </span>
    </label>
  );
}

/** An ISO 4217 code. */
export function CurrencyField(props: FieldProps) {
  const onValue = (text: string) => props.onValue(text.toUpperCase());
  const attributes = { autocapitalize: "characters" };
  return (
    <TextField
      maxLength={3}
      list="currencies"
      {...props}
      onValue={onValue}
      attributes={attributes}
    />
  );
}

interface SelectProps<Value extends string> extends Omit<FieldProps, "value" | "onValue"> {
  value: Value;
  onValue: (value: Value) => void;
  options: readonly Option<Value>[];
}

interface Option<Value extends string> {
  value: Value;
  label: string;
  /** what it stands under, beside those of its neighbours that say the same */
  group?: string;
}

export function SelectField<Value extends string>(props: SelectProps<Value>) {
  const { value, onValue, options, disabled } = props;
  const onChange = (event: Event) => onValue((event.target as HTMLSelectElement).value as Value);
  return (
    <Field {...props}>
      {(given: Record<string, unknown>) => (
        <select value={value} onChange={onChange} disabled={disabled} {...given}>
          {grouped(options).map(({ group, own }) =>
            group ? (
              <optgroup key={group} label={group}>
                {own.map(optionOf)}
              </optgroup>
            ) : (
              own.map(optionOf)
            ),
          )}
        </select>
      )}
    </Field>
  );
}

function optionOf({ value, label }: Option<string>) {
  return (
    <option key={value} value={value}>
      {label}
    </option>
  );
}

/** Those of one group together, in the order of the first of each. */
function grouped(options: readonly Option<string>[]) {
  const groups = [...new Set(options.map(({ group }) => group ?? ""))];
  return groups.map((group) => ({
    group,
    own: options.filter((option) => (option.group ?? "") === group),
  }));
}

/**
 * An amount as it is written in any locale (`76,30`, `RM 12.90`, `-5`). Keep what is typed in
 * `value`, and read it by `readAmount` of values/amount.ts where it is sent.
 */
export function AmountField(props: FieldProps & { currency?: string | undefined }) {
  const { value, onValue, currency, hint } = props;
  const read = readAmount(value, currency);
  const words = read.value && read.value !== value.trim() ? money(read.value, currency) : null;
  return (
    <Field {...props} hint={hint ?? words}>
      {(given: Record<string, unknown>) => (
        <AmountInput
          value={value}
          onText={onValue}
          attributes={{ placeholder: props.placeholder, ...given }}
        />
      )}
    </Field>
  );
}

/**
 * A day as it is written in any locale, or picked. Keep what is typed in `value`, and read it by
 * `readDay` of values/day.ts where it is sent.
 */
export function DayField(props: FieldProps) {
  const { value, onValue, hint } = props;
  const words = dateInWords(readDay(value).value ?? "") || null;
  return (
    <Field {...props} hint={hint ?? words}>
      {(given: Record<string, unknown>) => (
        <DayInput
          value={value}
          onText={onValue}
          attributes={{ placeholder: props.placeholder, ...given }}
        />
      )}
    </Field>
  );
}

/** A day that a list is narrowed by: `onDay` gets each day that is readable, or nothing. */
export function DayFilter({
  label,
  value,
  onDay,
}: {
  label: string;
  value: string;
  onDay: (day: string) => void;
}) {
  const [typed, type] = useState(writtenDay(value));
  useEffect(() => type(writtenDay(value)), [value]);
  const onValue = (text: string) => {
    type(text);
    const read = readDay(text);
    if (!read.problem && (read.value ?? "") !== value) onDay(read.value ?? "");
  };
  return (
    <DayField label={label} value={typed} onValue={onValue} problem={readDay(typed).problem} />
  );
}

/**
 * A month as it is written in any locale, or picked. Keep what is typed in `value`, and read it by
 * `readMonth` of values/month-names.ts where it is sent.
 */
export function MonthField(props: FieldProps) {
  const { value, onValue, hint, placeholder = monthInWords("2026-03") } = props;
  const month = readMonth(value);
  const words = month && monthInWords(month);
  return (
    <Field {...props} hint={hint ?? (words !== value.trim() && words)}>
      {(given: Record<string, unknown>) => (
        <MonthInput value={value} onText={onValue} attributes={{ placeholder, ...given }} />
      )}
    </Field>
  );
}

/**
 * The first or last day of a report: a day, a month or a year. `value` is as the API takes it;
 * `onValue` gets each that is readable, or nothing.
 */
export function BoundField({ value, onValue, ...props }: FieldProps) {
  const [typed, type] = useState(writtenBound(value));
  // Nobody is interrupted in the middle of a word.
  const [isTyping, setTyping] = useState(false);
  useEffect(() => {
    if (readBound(typed).value !== value) type(writtenBound(value));
  }, [value]);
  const onText = (text: string) => {
    type(text);
    setTyping(true);
    const read = readBound(text).value;
    if (read !== null && read !== value) onValue(read);
  };
  const onChange = () => setTyping(false);
  return (
    <Field {...props} problem={isTyping ? null : readBound(typed).problem}>
      {(given: Record<string, unknown>) => (
        <BoundInput
          value={typed}
          onText={onText}
          attributes={{ placeholder: monthInWords("2026-03"), onChange, ...given }}
        />
      )}
    </Field>
  );
}

/** The frame of a field, for inputs that are none of the above. */
export function Field({
  label,
  problem,
  hint,
  children,
}: {
  label: string;
  problem?: string | null | undefined;
  hint?: ComponentChildren;
  /** makes the input, with the attributes given */
  children: (given: Record<string, unknown>) => ComponentChildren;
}) {
  const id = useId();
  const wrong = useInSight<HTMLParagraphElement>(problem);
  const describedBy = [problem && `${id}-problem`, hint && `${id}-hint`].filter(Boolean).join(" ");
  const given = {
    id,
    "aria-invalid": problem ? "true" : null,
    "aria-describedby": describedBy || null,
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children(given)}
      {problem && (
        <p class="input-problem" id={`${id}-problem`} role="alert" ref={wrong}>
          {problem}
        </p>
      )}
      {hint && (
        <p class="quiet" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}
