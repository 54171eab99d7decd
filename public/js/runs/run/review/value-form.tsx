/**
 * The values of a receipt as a form: what was read, what is typed, what of it is to be put right.
 */

import { useRef, useState } from "preact/hooks";

import { ALL_FIELDS, DOCUMENT_FIELDS, FIELDS } from "../../../labels.ts";
import { readAmount, writtenAmount } from "../../../values/amount.ts";
import { readDay, writtenDay } from "../../../values/day.ts";
import { ValueField } from "./value-field.tsx";
import type { Extraction, FieldName } from "../../../api.ts";
import type { Attention } from "../../../parts/attention.ts";
import type { Read } from "../../../values/amount.ts";

type FieldError = { field: string; message: string };

export interface ValueForm {
  /** as they are typed */
  texts: Record<FieldName, string>;
  problems: Partial<Record<FieldName, string>>;
  extraction: Extraction | null;
  doubted: Set<FieldName>;
  currency: string;
  type: (name: FieldName, text: string) => void;
  /**
   * what differs from what was
   * read, as the API has it; and what cannot be understood
   */
  read: () => { changes: Partial<Record<FieldName, string>>; errors: FieldError[] };
  /**
   * errors at their fields: the
   * first field that has one, and what is about none
   */
  show: (errors: FieldError[]) => { first: FieldName | undefined; elsewhere: string[] };
  /** without a name, the first that is in doubt */
  focus: (name?: FieldName) => void;
  isDocumentOpen: boolean;
  openDocument: (isOpen: boolean) => void;
  /** the input's element */
  keep: (name: FieldName) => (input: HTMLInputElement | HTMLSelectElement | null) => void;
}

const AMOUNTS: Set<FieldName> = new Set(["total", "tax", "amountDue"]);
const DAYS: Set<FieldName> = new Set(["date", "dueDate"]);

/** @param extraction what was read */
export function useValueForm(
  extraction: Extraction | null,
  {
    doubted = new Set(),
    draft = {},
    onTyped,
  }: {
    /** fields to check */
    doubted?: Set<FieldName>;
    /** what was typed before */
    draft?: Partial<Record<FieldName, string>>;
    onTyped?: (texts: Record<FieldName, string>) => void;
  } = {},
): ValueForm {
  const readOf = (name: FieldName) => extraction?.[name]?.value ?? "";
  const [texts, setTexts] = useState(() => {
    const pairs = ALL_FIELDS.map((name) => [name, draft[name] ?? written(name, readOf(name))]);
    return Object.fromEntries(pairs) as Record<FieldName, string>;
  });
  const [problems, setProblems] = useState<Partial<Record<FieldName, string>>>({});
  const [isDocumentOpen, openDocument] = useState(() =>
    DOCUMENT_FIELDS.some((name) => doubted.has(name)),
  );
  const inputs = useRef(new Map<FieldName, HTMLInputElement | HTMLSelectElement>());
  const currency = texts.currency.trim().toUpperCase();
  const take = (name: FieldName) => {
    const input = inputs.current.get(name);
    input?.focus();
    if (input instanceof HTMLInputElement) input.select();
  };

  return {
    texts,
    problems,
    extraction,
    doubted,
    currency,
    isDocumentOpen,
    openDocument,
    keep: (name) => (input) => {
      if (input) inputs.current.set(name, input);
      else inputs.current.delete(name);
    },
    type: (name, text) => {
      const typed = { ...texts, [name]: text };
      setTexts(typed);
      setProblems({ ...problems, [name]: "" });
      onTyped?.(typed);
    },
    read: () => {
      const changes: Partial<Record<FieldName, string>> = {};
      const errors: FieldError[] = [];
      for (const name of ALL_FIELDS) {
        const text = texts[name].trim();
        if (text === written(name, readOf(name))) continue;
        const { value, problem } = understood(name, text, currency);
        if (problem) errors.push({ field: name, message: problem });
        else if (value !== readOf(name)) changes[name] = value ?? "";
      }
      return { changes, errors };
    },
    show: (errors) => {
      const own = ALL_FIELDS.map((name) => {
        const messages = errors.filter(({ field }) => field === name).map(({ message }) => message);
        return [name, messages.join(" ")];
      });
      setProblems(Object.fromEntries(own));
      const first = ALL_FIELDS.find((name) => errors.some(({ field }) => field === name));
      if (first && DOCUMENT_FIELDS.includes(first)) openDocument(true);
      const others = errors.filter(({ field }) => !ALL_FIELDS.some((name) => name === field));
      return { first, elsewhere: others.map(({ message }) => message) };
    },
    focus: (name) => {
      const wanted = name ?? ALL_FIELDS.find((each) => doubted.has(each)) ?? "merchant";
      if (DOCUMENT_FIELDS.includes(wanted)) openDocument(true);
      if (inputs.current.get(wanted)?.checkVisibility()) take(wanted);
      // What was closed until now can have the focus once it is drawn.
      else requestAnimationFrame(() => take(wanted));
    },
  };
}

/**
 * @param text as it is typed
 * @returns as the API has it
 */
export function understood(name: FieldName, text: string, currency: string): Read {
  if (AMOUNTS.has(name)) return readAmount(text, currency);
  if (DAYS.has(name)) return readDay(text);
  return { value: name === "currency" ? text.trim().toUpperCase() : text.trim(), problem: null };
}

/**
 * @param value as the API has it
 * @returns as the reader's locale writes it
 */
export function written(name: FieldName, value: string): string {
  if (AMOUNTS.has(name)) return writtenAmount(value);
  return DAYS.has(name) ? writtenDay(value) : value;
}

export function ValueFields({ form, attention }: { form: ValueForm; attention: Attention }) {
  const grid = (names: FieldName[]) => (
    <div class="review-fields">
      {names.map((name) => (
        <ValueField
          key={name}
          name={name}
          read={form.extraction?.[name] ?? null}
          other={form.extraction?.alternatives?.[name] ?? null}
          proposed={
            name === "category" && !form.texts.category.trim()
              ? (form.extraction?.proposedCategory ?? null)
              : null
          }
          text={form.texts[name]}
          currency={form.currency}
          onText={(text: string) => form.type(name, text)}
          problem={form.problems[name] ?? ""}
          isInDoubt={form.doubted.has(name)}
          attention={attention}
          inputRef={form.keep(name)}
        />
      ))}
    </div>
  );
  const onToggle = (event: Event) =>
    form.openDocument((event.currentTarget as HTMLDetailsElement).open);
  return (
    <div>
      {grid(FIELDS)}
      <details class="review-document" open={form.isDocumentOpen} onToggle={onToggle}>
        <summary>Document</summary>
        {grid(DOCUMENT_FIELDS)}
      </details>
    </div>
  );
}
