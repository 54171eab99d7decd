/**
 * Forms of declared fields: what is filled in is read and sent once, and what is wrong stands
 * beside its field.
 */

import { useState } from "preact/hooks";

import { refusalOf } from "../state/refusal.ts";
import { showIfOver } from "../state/report.ts";
import { fieldText, readFields } from "../values/schema.ts";
import { Dialog } from "./dialog.tsx";
import { SchemaFields } from "./schema-fields.tsx";
import { useBusy } from "./use-busy.ts";
import { Problem } from "./problem.tsx";
import type { ComponentChildren } from "preact";
import type { SchemaField } from "../values/schema.ts";

/** Fields; or those for what is filled in */
type Declared = SchemaField[] | ((texts: Record<string, string>) => SchemaField[]);
/** What is filled in, by the fields' names */
export type Body = Record<string, any>;

/** @param values what stands in the fields at first, as the API has it */
export function useForm(
  declared: Declared,
  send: (body: Body) => Promise<void>,
  values: Record<string, unknown> = {},
) {
  const [filled, onTexts] = useState<Record<string, string>>({});
  const [problems, setProblems] = useState<Record<string, string>>({});
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, whileBusy] = useBusy();
  const fields = typeof declared === "function" ? declared(filled) : declared;
  const texts = Object.fromEntries(
    fields.map((each) => [
      each.name,
      filled[each.name] ?? fieldText(each, values[each.name] ?? each.initial),
    ]),
  );

  async function submit() {
    const { params, problems: unread } = readFields(fields, texts);
    setProblems(unread);
    setProblem(null);
    if (Object.keys(unread).length > 0) return;
    return whileBusy(async () => {
      try {
        await send(params);
        onTexts({});
      } catch (error) {
        if (showIfOver(error)) return;
        const refused = refusalOf(
          error,
          fields.map(({ name }) => name),
        );
        setProblems(refused.problems);
        setProblem(refused.problem);
      }
    });
  }
  return {
    isBusy,
    problem,
    submit,
    shown: { fields, texts: { ...filled, ...texts }, problems, onTexts },
  };
}

/** A dialogue that closes once it is sent. Without fields it asks only. */
export function FormDialog({
  title,
  action,
  isDanger = false,
  fields = [],
  values,
  onSend,
  onClose,
  children,
}: {
  title: string;
  /** what the button does */
  action: string;
  isDanger?: boolean;
  fields?: Declared;
  values?: Record<string, unknown>;
  onSend: (body: Body) => Promise<void>;
  onClose: () => void;
  /** what stands above the fields */
  children?: ComponentChildren;
}) {
  const { isBusy, problem, submit, shown } = useForm(
    fields,
    (body) => onSend(body).then(onClose),
    values,
  );
  return (
    <Dialog
      title={title}
      action={action}
      isDanger={isDanger}
      isBusy={isBusy}
      problem={problem}
      onClose={onClose}
      onAction={submit}
    >
      {children}
      <SchemaFields {...shown} />
    </Dialog>
  );
}

/** A form in the page, which is empty again once it is sent. */
export function Form({
  action,
  fields,
  onSend,
  look = "fields-row",
}: {
  /** what the button does */
  action: string;
  fields: Declared;
  onSend: (body: Body) => Promise<void>;
  /** its class */
  look?: string;
}) {
  const { isBusy, problem, submit, shown } = useForm(fields, onSend);
  return (
    <form
      class={look}
      novalidate
      onSubmit={(event: Event) => {
        event.preventDefault();
        if (!isBusy) submit();
      }}
    >
      <SchemaFields {...shown} />
      <Problem>{problem}</Problem>
      <button type="submit" class="button" disabled={isBusy}>
        {action}
      </button>
    </form>
  );
}
