/**
 * What the forms for expenses without a receipt have in common: the choice among them, the form,
 * its button.
 */

import { useLayoutEffect, useRef } from "preact/hooks";

import { View } from "../parts/view.tsx";
import { place } from "../shell/router.ts";
import { declareKeys } from "../shortcuts.ts";
import { CategoryField as OneOfCategories } from "../expenses/category-field.tsx";
import { today, writtenDay } from "../values/day.ts";
import { t } from "../words.ts";
import { Problem } from "../parts/problem.tsx";
import type { ComponentChildren } from "preact";
import type { Statement } from "./statement.ts";

const useKeys = declareKeys(t`Expense without a receipt`, { send: ["Mod+Enter", t`Send`] });

const KINDS = [
  { path: "/expenses/new", label: t`Any expense` },
  { path: "/expenses/new/mileage", label: t`Mileage` },
  { path: "/expenses/new/per-diem", label: t`Per diem` },
];

export function Frame({
  title,
  says,
  statement,
  onSend,
  aside,
  children,
}: {
  title: string;
  /** what it is for */
  says: string;
  statement: Statement<any>;
  onSend: () => void;
  /** stands beside the fields */
  aside?: ComponentChildren;
  /** the fields */
  children: ComponentChildren;
}) {
  const form = useRef<HTMLFormElement | null>(null);
  const { refusals, problem, isBusy, clear } = statement;
  useKeys({ send: onSend });
  useLayoutEffect(() => {
    if (refusals > 0)
      (
        form.current?.querySelector('[aria-invalid="true"]') as HTMLElement | null | undefined
      )?.focus();
  }, [refusals]);
  const onSubmit = (event: Event) => {
    event.preventDefault();
    onSend();
  };
  return (
    <View title={title}>
      <nav class="chips" aria-label="What there is no receipt for">
        {KINDS.map(({ path, label }) => (
          <a
            key={path}
            class="chip"
            href={path}
            aria-current={place.value.route?.path === path ? "true" : undefined}
          >
            {label}
          </a>
        ))}
      </nav>
      <p class="quiet">{says}</p>
      <form
        class="statement"
        ref={form}
        novalidate
        autocomplete="off"
        aria-label={title}
        onSubmit={onSubmit}
      >
        <div class="card statement-fields">{children}</div>
        {aside}
        <Problem>{problem}</Problem>
        <p class="form-buttons">
          <button type="submit" class="button primary" disabled={isBusy}>
            {isBusy ? t`Being recorded …` : t`Add the expense`}
          </button>
          <button type="button" class="button" disabled={isBusy} onClick={clear}>
            Start over
          </button>
        </p>
      </form>
    </View>
  );
}

/** What a field of a statement is given. */
export function fieldOf<Values extends object>(
  { values, type, problemOf }: Statement<Values>,
  name: keyof Values & string,
  label: string,
) {
  return {
    label,
    value: (values as any)[name],
    onValue: (value: any) => type({ [name]: value } as any),
    problem: problemOf(name),
  };
}

export function CategoryField({ statement }: { statement: Statement<any> }) {
  return <OneOfCategories {...fieldOf(statement, "category", t`Category`)} />;
}

/** Today where the person is, as it is written there. */
export function todayAsWritten() {
  return writtenDay(today());
}
