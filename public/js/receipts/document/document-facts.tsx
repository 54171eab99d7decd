/**
 * What a document says of itself beside an expense's values, where it was read, and the way to put
 * it right.
 */

import { useEffect, useRef, useState } from "preact/hooks";

import { ApiError, changeDocument } from "../../api.ts";
import { DOCUMENT_FIELDS } from "../../labels.ts";
import { sentenceOf } from "../../state/request.ts";
import { may } from "../../state/session.ts";
import { ValueField } from "../../runs/run/review/value-field.tsx";
import { understood, written } from "../../runs/run/review/value-form.tsx";
import { FieldItem } from "../values/field-item.tsx";
import { XmlLink } from "./picture.tsx";
import { t } from "../../words.ts";
import type { DocumentFacts as Facts, EInvoice, Expense, FieldName, Run } from "../../api.ts";
import type { Attention } from "../../parts/attention.ts";

/** Nothing where there is nothing to show. */
export function DocumentFacts({
  run,
  attention,
  isInForm = false,
}: {
  run: Run;
  /** told which field is looked at */
  attention: Attention;
  /** its values stand in a form beside it already */
  isInForm?: boolean;
}) {
  const [changed, setChanged] = useState<Expense | null>(null);
  const [isChanging, setChanging] = useState(false);
  const button = useRef<HTMLButtonElement | null>(null);
  useEffect(() => setChanged(null), [run.expense]);
  const expense = changed ?? run.expense ?? null;
  const { extraction, receipt } = run;
  const source = extraction?.eInvoice ?? null;
  const others = (extraction?.attachments ?? []).filter((each) => !each.isRead);
  const hasFiles = source !== null || others.length > 0;
  const shown = DOCUMENT_FIELDS.filter((field) =>
    expense ? expense[field] : extraction?.[field]?.value,
  );
  if (isInForm && !hasFiles) return null;
  if (!expense && shown.length === 0 && !hasFiles) return null;
  const close = (saved: Expense | null) => {
    if (saved) setChanged(saved);
    setChanging(false);
    requestAnimationFrame(() => button.current?.focus());
  };
  const title = <h2 id="document-title">Document</h2>;
  const current = { ...run, expense };
  return (
    <section class="card document-facts" aria-labelledby="document-title">
      {isChanging && expense ? (
        <>
          {title}
          <ChangeForm run={current} expense={expense} attention={attention} onClose={close} />
        </>
      ) : (
        <>
          <div class="document-head">
            {title}
            {expense && may("edit") && (
              <button
                type="button"
                class="button small"
                ref={button}
                onClick={() => setChanging(true)}
              >
                Change…
              </button>
            )}
          </div>
          {!isInForm && (
            <dl class="fields">
              {shown.map((field) => (
                <FieldItem key={field} run={current} field={field} attention={attention} />
              ))}
            </dl>
          )}
          {source && receipt && <Source source={source} receiptId={receipt.id} />}
          {others.map((file) => (
            <p class="document-source quiet" key={file.name}>
              {t`Not read: ${file.name}.`} {file.reason}
            </p>
          ))}
        </>
      )}
    </section>
  );
}

/** Where the values come from. */
function Source({
  source: { profile, fileName },
  receiptId,
}: {
  source: EInvoice;
  receiptId: string;
}) {
  const kind = profile ? t`E-invoice (${profile})` : t`E-invoice`;
  const from = fileName ? t`read from the XML in the PDF, ${fileName}` : t`read from its XML`;
  return (
    <p class="document-source quiet">
      {kind}: {from}. <XmlLink id={receiptId} />
    </p>
  );
}

function ChangeForm({
  run,
  expense,
  attention,
  onClose,
}: {
  run: Run;
  expense: Expense;
  attention: Attention;
  /** null where nothing was changed */
  onClose: (saved: Expense | null) => void;
}) {
  const names = DOCUMENT_FIELDS as (keyof Facts)[];
  const [texts, setTexts] = useState(
    () =>
      Object.fromEntries(names.map((name) => [name, written(name, expense[name] ?? "")])) as Record<
        string,
        string
      >,
  );
  const [problems, setProblems] = useState<{ field: string; message: string }[]>([]);
  const [problem, setProblem] = useState("");
  const [isSaving, setSaving] = useState(false);
  const inputs = useRef(new Map<string, HTMLElement>());

  function showErrors(errors: { field: string; message: string }[]) {
    setProblems(errors);
    setProblem(t`Not saved yet: correct the marked values.`);
    const first = names.find((name) => errors.some(({ field }) => field === name));
    if (first) inputs.current.get(first)?.focus();
  }

  async function save(event: Event) {
    event.preventDefault();
    const read = names.map((name) => ({
      name,
      ...understood(name, texts[name] ?? "", expense.currency),
    }));
    const errors = read.flatMap(({ name, problem: message }) =>
      message ? [{ field: name, message }] : [],
    );
    if (errors.length > 0) {
      showErrors(errors);
      return;
    }
    setSaving(true);
    setProblems([]);
    try {
      onClose(
        await changeDocument(
          expense.id,
          Object.fromEntries(read.map(({ name, value }) => [name, value || null])),
        ),
      );
    } catch (error) {
      if (error instanceof ApiError && error.fieldErrors.length > 0) showErrors(error.fieldErrors);
      else setProblem(sentenceOf(error));
    } finally {
      setSaving(false);
    }
  }

  const field = (name: FieldName) => (
    <ValueField
      key={name}
      name={name}
      read={run.extraction?.[name] ?? null}
      text={texts[name] ?? ""}
      currency={expense.currency}
      onText={(text: string) => {
        setTexts({ ...texts, [name]: text });
        setProblems(problems.filter((each) => each.field !== name));
      }}
      problem={problems.find((each) => each.field === name)?.message ?? ""}
      attention={attention}
      inputRef={(input: HTMLElement | null) => void (input && inputs.current.set(name, input))}
    />
  );
  return (
    <form novalidate autocomplete="off" onSubmit={save}>
      <div class="review-fields">{names.map(field)}</div>
      {problem && (
        <p class="form-problem" role="alert">
          {problem}
        </p>
      )}
      <div class="document-actions">
        <button type="submit" class="button primary" disabled={isSaving}>
          Save
        </button>
        <button type="button" class="button" onClick={() => onClose(null)}>
          Keep it
        </button>
      </div>
    </form>
  );
}
