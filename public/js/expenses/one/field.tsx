/** One field of an expense, with what it was read from. */

import { useEffect } from "preact/hooks";

import { UNKNOWN } from "../../format.ts";
import { ALL_FIELDS } from "../../labels.ts";
import {
  AmountField,
  CurrencyField,
  DayField,
  Field,
  SelectField,
  TextField,
} from "../../parts/fields.tsx";
import { choices, loadChoices, optionsOf } from "../../clients/choices.ts";
import { ClientField } from "../../clients/client-field.tsx";
import { entertaining, loadCategories } from "../categories.ts";
import { CategoryField } from "../category-field.tsx";
import { ProposedOffer } from "../proposed.tsx";
import { Quote } from "../../receipts/document/transcript.tsx";
import { readTyped, SPECS } from "./fields.ts";
import { textOf } from "./words.ts";
import { t } from "../../words.ts";
import type { Extraction, FieldName } from "../../api.ts";
import type { Attention } from "../../parts/attention.ts";
import type { ExpenseDetail, ProposedCategory } from "../../api/types.d.ts";
import type { Editing } from "./draft.ts";
import type { Name } from "./fields.ts";

const SAID = t`Separated by commas.`;

export function ExpenseField({
  name,
  expense,
  editing,
  extraction,
  attention,
  proposed,
  isLocked,
  isOpen,
  onOpen,
  onClose,
}: {
  name: Name;
  expense: ExpenseDetail;
  editing: Editing;
  extraction: Extraction | null;
  /** told when it is looked at */
  attention: Attention;
  /** a category that may be taken */
  proposed: ProposedCategory | null;
  isLocked: boolean;
  /** it is an input */
  isOpen: boolean;
  onOpen: () => void;
  /** drop what was typed */
  onClose: () => void;
}) {
  const read = extraction?.[name as FieldName] ?? null;
  const typed = editing.typed(name);
  const isAsRead =
    read !== null && readTyped(name, typed, String(editing.typed("currency"))).value === read.value;
  const evidence = isOpen && read?.evidence && isAsRead ? read.evidence : null;
  const look = ["expense-field", editing.changed.includes(name) && "is-changed"]
    .filter(Boolean)
    .join(" ");
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || !isOpen) return;
    event.preventDefault();
    onClose();
  };
  return (
    <div
      class={look}
      data-field={name}
      onKeyDown={onKeyDown}
      {...(isReadable(name) ? attention.watch(name) : {})}
    >
      {isOpen ? (
        <Input name={name} expense={expense} editing={editing} />
      ) : (
        <Text name={name} expense={expense} editing={editing} isLocked={isLocked} onOpen={onOpen} />
      )}
      {proposed && !String(typed).trim() && (
        <ProposedOffer
          proposed={proposed}
          id={`expense-${name}-proposed`}
          onTake={() => editing.type(name, proposed.category)}
        />
      )}
      {name === "note" && <Occasion expense={expense} editing={editing} />}
      {evidence && (
        <p class="input-source">
          {evidence.path ? (
            t`From the XML`
          ) : (
            <>
              From <Quote evidence={evidence} />
            </>
          )}
        </p>
      )}
    </div>
  );
}

/** What the law asks for of entertainment. */
function Occasion({ expense, editing }: { expense: ExpenseDetail; editing: Editing }) {
  useEffect(() => void loadCategories(), []);
  const whole = { category: editing.typed("category"), note: "" };
  const parts = expense.parts.length > 0 ? expense.parts : [whole];
  const isLacking = parts.some(
    ({ category, note }) => entertaining.value.has(String(category)) && !note?.trim(),
  );
  if (!isLacking || String(editing.typed("note")).trim()) return null;
  return (
    <p class="input-problem" role="status">
      Occasion and guests are missing. Without them in writing, entertainment is not deductible.
    </p>
  );
}

/** Whether a document may say it. What it says may come after the value was pointed at. */
function isReadable(name: string): name is FieldName {
  return ALL_FIELDS.some((each) => each === name);
}

/** A value to read, which a press makes an input. */
function Text({
  name,
  expense,
  editing,
  isLocked,
  onOpen,
}: {
  name: Name;
  expense: ExpenseDetail;
  editing: Editing;
  isLocked: boolean;
  onOpen: () => void;
}) {
  const { label, kind } = SPECS[name];
  const typed = editing.typed(name);
  const text =
    kind === "client"
      ? nameOf(String(typed), expense)
      : textOf(name, typed, String(editing.typed("currency")));
  if (isLocked) {
    return (
      <>
        <span class="expense-label">{label}</span>
        <p class="expense-value is-locked">{text || UNKNOWN}</p>
      </>
    );
  }
  return (
    <>
      <span class="expense-label" aria-hidden="true">
        {label}
      </span>
      <button
        type="button"
        class={text ? "expense-value" : "expense-value is-empty"}
        aria-label={text ? t`${label}: ${text}. Edit` : t`${label}: Add`}
        onClick={onOpen}
      >
        {text || t`Add`}
      </button>
    </>
  );
}

/** The client or project with this id. */
function nameOf(id: string, { clientId, client, projectId, project }: ExpenseDetail) {
  if (id && id === clientId) return client ?? "";
  if (id && id === projectId) return project ?? "";
  const all = (choices.value ?? []).flatMap((each) => [each, ...each.projects]);
  return all.find((each) => each.id === id)?.name ?? "";
}

function Input({
  name,
  expense,
  editing,
}: {
  name: Name;
  expense: ExpenseDetail;
  editing: Editing;
}) {
  const { label, kind, longest, options } = SPECS[name];
  const value = String(editing.typed(name));
  const onValue = (text: string) => editing.type(name, text);
  const props = { label, value, onValue, problem: editing.problemOf(name), maxLength: longest };
  const currency = String(editing.typed("currency"));
  if (kind === "amount") return <AmountField {...props} currency={currency} />;
  if (kind === "day") return <DayField {...props} />;
  if (kind === "currency") return <CurrencyField {...props} />;
  if (kind === "choice") return <SelectField {...props} options={options ?? []} />;
  if (kind === "client") return <OfClient name={name} expense={expense} editing={editing} />;
  if (kind === "tags") return <TextField {...props} hint={SAID} />;
  if (kind === "category") {
    return <CategoryField {...props} />;
  }
  if (kind === "yes") {
    const onChange = (event: Event) =>
      onValue((event.currentTarget as HTMLInputElement).checked ? "yes" : "");
    return (
      <label class="check">
        <input type="checkbox" checked={value === "yes"} onChange={onChange} /> {label}
      </label>
    );
  }
  if (kind === "note") {
    const onInput = (event: Event) => onValue((event.target as HTMLTextAreaElement).value);
    return (
      <Field {...props}>
        {(given: Record<string, unknown>) => (
          <textarea rows={3} maxlength={longest} value={value} onInput={onInput} {...given} />
        )}
      </Field>
    );
  }
  return <TextField {...props} />;
}

/** A client, or a project of the client that is selected. */
function OfClient({
  name,
  expense,
  editing,
}: {
  name: Name;
  expense: ExpenseDetail;
  editing: Editing;
}) {
  useEffect(() => void loadChoices(), []);
  const value = String(editing.typed(name));
  const clientId = String(editing.typed("clientId"));
  const clients = choices.value ?? [];
  const onValue = (id: string) => {
    editing.type(name, id);
    // A project is one client's.
    if (name === "clientId")
      editing.type("projectId", id === (expense.clientId ?? "") ? (expense.projectId ?? "") : "");
  };
  const props = { label: SPECS[name].label, value, onValue, problem: editing.problemOf(name) };
  if (name === "clientId")
    return <ClientField {...props} kept={{ id: expense.clientId, name: expense.client }} />;
  const kept =
    clientId === (expense.clientId ?? "")
      ? { id: expense.projectId, name: expense.project }
      : { id: null, name: null };
  const options = optionsOf(
    clients.find(({ id }) => id === clientId)?.projects ?? [],
    t`No project`,
    kept,
  );
  return <SelectField {...props} options={options} disabled={!clientId} />;
}
