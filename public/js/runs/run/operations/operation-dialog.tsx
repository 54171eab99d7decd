/** Asks for the reason of an operation, does it, and says why where it was not done. */

// It is there by then. By this line esbuild knows, and leaves what they share with it in one file.
import "../../../shell/views/expenses.ts";

import { useLayoutEffect, useRef, useState } from "preact/hooks";

import { ApiError } from "../../../api.ts";
import { makeAttention } from "../../../parts/attention.ts";
import { Icon } from "../../../parts/icon.tsx";
import { useValueForm, ValueFields } from "../review/value-form.tsx";
import { problemOfReason, ReasonField } from "./reason.tsx";
import { t } from "../../../words.ts";
import { Problem } from "../../../parts/problem.tsx";
import type { Extraction, FieldName } from "../../../api.ts";
import type { OperationWords } from "./operations.ts";
import type { ValueForm } from "../review/value-form.tsx";

interface Question {
  words: OperationWords;
  /** what to know before */
  warnings?: string[];
  /** whose values can be put right along with it */
  correctable?: { extraction: Extraction | null } | undefined;
  send: (reason: string, values: Partial<Record<FieldName, string>>) => Promise<void>;
  /** it was done, and the dialogue is closed */
  onDone: () => void;
  /** it was not; the dialogue shows a problem's sentence itself */
  onRefused: (error: unknown) => void;
  /** gets the focus where what had it is gone */
  fallback: { current: HTMLElement | null };
  onClose: () => void;
}

/** Shown as long as it is rendered. */
export function OperationDialog(question: Question) {
  const { words, warnings = [], correctable, fallback, onClose } = question;
  const dialog = useRef<HTMLDialogElement | null>(null);
  const area = useRef<HTMLTextAreaElement | null>(null);
  const close = useRef<HTMLButtonElement | null>(null);
  const [reason, setReason] = useState("");
  const [reasonProblem, setReasonProblem] = useState("");
  const [problem, setProblem] = useState("");
  const [isTooLate, setTooLate] = useState(false);
  const [areCorrectionsOpen, openCorrections] = useState(false);
  // Disabled buttons would lose the focus.
  const [isSending, setSending] = useState(false);
  const isLeft = useRef(false);
  const form = useValueForm(correctable?.extraction ?? null);
  useLayoutEffect(() => {
    dialog.current?.showModal();
    area.current?.focus();
  }, []);
  useLayoutEffect(() => {
    if (isTooLate) close.current?.focus();
  }, [isTooLate]);

  async function send() {
    const lacking = problemOfReason(reason);
    if (lacking) {
      setReasonProblem(lacking);
      area.current?.focus();
      return;
    }
    if (isSending) return;
    const { changes, errors } = form.read();
    if (correctable && errors.length > 0) {
      showErrors(errors);
      return;
    }
    setSending(true);
    setProblem("");
    form.show([]);
    try {
      await question.send(reason.trim(), correctable ? changes : {});
    } catch (error) {
      setSending(false);
      explain(error);
      return;
    }
    dialog.current?.close();
    question.onDone();
  }

  function explain(error: unknown) {
    const isSignedOut = error instanceof ApiError && error.status === 401;
    if (isSignedOut || !(error instanceof Error)) dialog.current?.close();
    else {
      setProblem(error.message);
      // Somebody was first: asking again would be refused again.
      if (error instanceof ApiError && error.code === "not-possible") setTooLate(true);
      else if (error instanceof ApiError) showErrors(error.fieldErrors);
    }
    question.onRefused(error);
  }

  function showErrors(errors: { field: string; message: string }[]) {
    const { first } = form.show(errors);
    if (!first) return;
    openCorrections(true);
    form.focus(first);
  }

  const onSubmit = (event: Event) => {
    event.preventDefault();
    send();
  };
  const onClosed = () => {
    if (isLeft.current) return;
    isLeft.current = true;
    onClose();
    // What had the focus before may be gone; then it is nowhere, or still in the dialogue that goes
    // now.
    const { activeElement } = document;
    if (activeElement === document.body || dialog.current?.contains(activeElement))
      fallback.current?.focus();
  };
  const onReason = (text: string) => {
    setReason(text);
    setReasonProblem("");
  };
  // At once: the dialogue's own event comes after the focus is back, where it could be opened again
  // meanwhile.
  const dismiss = () => {
    if (isSending) return;
    dialog.current?.close();
    onClosed();
  };
  const onCancel = (event: Event) => {
    event.preventDefault();
    dismiss();
  };
  return (
    <dialog
      class="operation"
      aria-labelledby="operation-title"
      aria-describedby="operation-says"
      aria-busy={isSending}
      ref={dialog}
      onClose={onClosed}
      onCancel={onCancel}
    >
      <form novalidate autocomplete="off" onSubmit={onSubmit}>
        <h2 id="operation-title">{words.title}</h2>
        <p id="operation-says">{words.says}</p>
        {warnings.length > 0 && (
          <div class="warning">
            <Icon name="alert" />
            <ul>
              {warnings.map((text) => (
                <li key={text}>{text}</li>
              ))}
            </ul>
          </div>
        )}
        <ReasonField reason={reason} problem={reasonProblem} area={area} onReason={onReason} />
        {correctable && (
          <Corrections form={form} isOpen={areCorrectionsOpen} onOpen={openCorrections} />
        )}
        <Problem>{problem}</Problem>
        <div class="operation-buttons">
          <button type="button" class="button" ref={close} onClick={dismiss}>
            {isTooLate ? t`Close` : t`Keep it as it is`}
          </button>
          {!isTooLate && (
            <button type="submit" class={`button ${words.isDanger ? "danger" : "primary"}`}>
              {words.action}
            </button>
          )}
        </div>
      </form>
    </dialog>
  );
}

function Corrections({
  form,
  isOpen,
  onOpen,
}: {
  form: ValueForm;
  isOpen: boolean;
  onOpen: (isOpen: boolean) => void;
}) {
  const [attention] = useState(makeAttention);
  const onToggle = (event: Event) => onOpen((event.currentTarget as HTMLDetailsElement).open);
  return (
    <details open={isOpen} onToggle={onToggle}>
      <summary>Correct values</summary>
      <ValueFields form={form} attention={attention} />
    </details>
  );
}
