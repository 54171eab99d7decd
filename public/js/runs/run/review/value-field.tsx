/** One value of a review: what was read, from where, and room to put it right. */

import { currencyName, dateInWords, money } from "../../../format.ts";
import { DOCUMENT_KINDS, FIELD_LABELS } from "../../../labels.ts";
import { AmountInput, DayInput } from "../../../parts/inputs.tsx";
import { readAmount, writtenAmount } from "../../../values/amount.ts";
import { readDay, writtenDay } from "../../../values/day.ts";
import { categories } from "../../../expenses/categories.ts";
import { nameMeant } from "../../../values/name-meant.ts";
import { ProposedOffer } from "../../../expenses/proposed.tsx";
import { Quote } from "../../../receipts/document/transcript.tsx";
import { t } from "../../../words.ts";
import type { Alternative, ExtractedField, FieldName } from "../../../api.ts";
import type { ProposedCategory } from "../../../api/types.d.ts";
import type { Attention } from "../../../parts/attention.ts";

/** How a day may be written. */
const DAY = t`e.g. ${writtenDay("2026-12-31")}`;

const ATTRIBUTES: Record<FieldName, Record<string, unknown>> = {
  merchant: { maxlength: 200 },
  registeredName: { maxlength: 200, placeholder: t`none` },
  date: { placeholder: DAY, maxlength: 40 },
  total: { placeholder: writtenAmount("0.00"), maxlength: 40 },
  tax: { placeholder: t`none`, maxlength: 40 },
  currency: {
    maxlength: 3,
    autocapitalize: "characters",
    list: "currencies",
    placeholder: t`e.g. ${"EUR"}`,
  },
  category: { maxlength: 60, list: "categories", placeholder: t`none` },
  documentKind: {},
  receiptNumber: { maxlength: 200, placeholder: t`none` },
  dueDate: { placeholder: t`none`, maxlength: 40 },
  amountDue: { placeholder: t`none`, maxlength: 40 },
  buyer: { maxlength: 200, placeholder: t`none` },
};

interface ValueFieldProps {
  name: FieldName;
  read: ExtractedField | null;
  /** what a language model read instead */
  other?: Alternative | null;
  /** a category that may be taken */
  proposed?: ProposedCategory | null;
  /** as it stands in the input */
  text: string;
  /** which amounts are in */
  currency: string;
  onText: (text: string) => void;
  /** empty where there is none */
  problem?: string;
  isInDoubt?: boolean;
  /** told when it is looked at */
  attention: Attention;
  inputRef: (input: HTMLInputElement | HTMLSelectElement | null) => void;
}

export function ValueField(props: ValueFieldProps) {
  const {
    name,
    read,
    other,
    proposed,
    text,
    currency,
    onText,
    problem = "",
    isInDoubt,
    attention,
    inputRef,
  } = props;
  const id = `field-${name}`;
  const words = wordsOf(name, text, currency);
  const described = `${id}-problem ${id}-words ${id}-source`;
  const attributes = {
    id,
    name,
    "aria-describedby": described,
    "aria-invalid": problem ? "true" : null,
    ...ATTRIBUTES[name],
  };
  const badge = read?.value ? t`Check` : text === "" && t`Not found`;
  const look = [
    "review-field",
    isInDoubt && "is-in-doubt",
    attention.active.value === name && "is-active",
  ];
  return (
    <div class={look.filter(Boolean).join(" ")} data-field={name} {...attention.watch(name)}>
      <label for={id}>
        {FIELD_LABELS[name]}
        {isInDoubt && badge && <span class="badge">{badge}</span>}
      </label>
      <Input name={name} text={text} onText={onText} attributes={attributes} inputRef={inputRef} />
      {words !== null && (
        <p class="input-words" id={`${id}-words`}>
          {words}
        </p>
      )}
      <p class="input-problem" id={`${id}-problem`} hidden={problem === ""}>
        {problem}
      </p>
      {read?.evidence && (
        <p class="input-source" id={`${id}-source`}>
          {read.evidence.path ? (
            t`From the XML`
          ) : (
            <>
              From <Quote evidence={read.evidence} />
            </>
          )}
        </p>
      )}
      {other && <Other name={name} other={other} onTake={onText} />}
      {proposed && (
        <ProposedOffer
          proposed={proposed}
          id={`${id}-proposed`}
          onTake={() => onText(proposed.category)}
        />
      )}
    </div>
  );
}

function Input({
  name,
  text,
  onText,
  attributes,
  inputRef,
}: Pick<ValueFieldProps, "name" | "text" | "onText" | "inputRef"> & {
  attributes: Record<string, unknown>;
}) {
  if (isDay(name))
    return <DayInput value={text} onText={onText} attributes={attributes} inputRef={inputRef} />;
  if (isAmount(name)) {
    return <AmountInput value={text} onText={onText} attributes={attributes} inputRef={inputRef} />;
  }
  // Enter takes what was begun: the only one that begins so, or the most used of them.
  const onKeyDown = (event: KeyboardEvent) => {
    const isPlain = event.key === "Enter" && !event.ctrlKey && !event.metaKey;
    if (name !== "category" || !isPlain) return;
    const { name: category, several } = nameMeant(text, categories.value);
    const best = several[0] ?? category;
    if (best === text) return;
    event.preventDefault();
    onText(best);
  };
  const onInput = (event: Event) =>
    onText((event.target as HTMLInputElement | HTMLSelectElement).value);
  if (name !== "documentKind") {
    return (
      <input
        type="text"
        value={text}
        spellcheck={false}
        ref={inputRef}
        onInput={onInput}
        onKeyDown={onKeyDown}
        {...attributes}
      />
    );
  }
  return (
    <select value={text} ref={inputRef} onChange={onInput} {...attributes}>
      <option value="">not said</option>
      {Object.entries(DOCUMENT_KINDS).map(([kind, label]) => (
        <option key={kind} value={kind}>
          {label}
        </option>
      ))}
    </select>
  );
}

function Other({
  name,
  other: { value, evidence, source },
  onTake,
}: {
  name: FieldName;
  other: Alternative;
  onTake: (text: string) => void;
}) {
  const text = isAmount(name) ? writtenAmount(value) : isDay(name) ? writtenDay(value) : value;
  const take = (event: Event) => {
    onTake(text);
    const field = (event.target as HTMLElement).closest(".review-field");
    field?.querySelector("input")?.focus();
  };
  return (
    <p class="input-other" title={source}>
      A model read <Quote evidence={evidence} />{" "}
      <button type="button" class="link-button" onClick={take}>
        take {text}
      </button>
    </p>
  );
}

/** @returns how what is typed is understood; null where a field needs no such words */
function wordsOf(name: FieldName, text: string, currency: string): string | null {
  if (name === "currency") return currencyName(text.trim().toUpperCase());
  if (name === "category") return categoryInWords(text);
  if (isDay(name)) return dateInWords(readDay(text).value ?? "");
  if (!isAmount(name)) return null;
  const { value } = readAmount(text, currency);
  return value && value !== text.trim() ? money(value, currency) : "";
}

/** @returns which category is meant, where its name does not stand there in full */
function categoryInWords(text: string): string {
  const { name: category, isNew, several } = nameMeant(text, categories.value);
  if (several.length > 0) return "";
  if (isNew && categories.value.length > 0) return t`A new category`;
  return category === text.trim() ? "" : `→ ${category}`;
}

function isAmount(name: FieldName) {
  return name === "total" || name === "tax" || name === "amountDue";
}

function isDay(name: FieldName) {
  return name === "date" || name === "dueDate";
}
