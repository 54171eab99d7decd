/** An expense to read: its values as text, which become inputs one by one. */

import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";

import { shortRate, WhyMissing } from "../../accounts/base-currency.tsx";
import { date } from "../../format.ts";
import { Money } from "../../parts/values.tsx";
import { place } from "../../shell/router.ts";
import { may } from "../../state/session.ts";
import { Transcript } from "../../receipts/document/transcript.tsx";
import { GROUPS, SORTED } from "../declared.ts";
import { useEditing } from "./draft.ts";
import { ExpenseField } from "./field.tsx";
import { useExpenseKeys } from "./keys.ts";
import { Lines, ReadLines, Split } from "./lines.tsx";
import { isSortable, Locked } from "./locked.tsx";
import { Progress } from "./progress.tsx";
import { Conflict, SaveBar } from "./saving.tsx";
import { Tabs } from "./tabs.tsx";
import { textOf } from "./words.ts";
import { t } from "../../words.ts";
import type { ComponentChildren } from "preact";
import type { ExpenseDetail, ExpenseProgress } from "../../api/types.d.ts";
import type { Attention } from "../../parts/attention.ts";
import type { Run } from "../../api.ts";
import type { Editing } from "./draft.ts";
import type { Name } from "./fields.ts";
import type { TabName } from "./tabs.tsx";

/** How it was paid and the client stand first. */
const CODING = [
  ...new Set([...(["paymentMethod", "paidBy", "clientId"] as Name[]), ...GROUPS.coding]),
];

/** The field of the coding that a link leads to. */
function wantedIn(query: URLSearchParams): Name | null {
  return CODING.find((name) => name === query.get("field")) ?? null;
}

export function Editor({
  expense,
  run,
  progress,
  attention,
  tab,
  onTab,
  onSaved,
  onOutrun,
  decision,
  history,
  processing,
  children,
}: {
  expense: ExpenseDetail;
  /** that read it; null until it is known */
  run: Run | null;
  progress: ExpenseProgress | null;
  /** told which field is looked at */
  attention: Attention;
  /** that is chosen */
  tab: TabName | null;
  onTab: (name: TabName) => void;
  onSaved: (fresh: ExpenseDetail) => void;
  onOutrun: (current: ExpenseDetail) => void;
  /** what is decided on it, above its values; `save` saves first what is typed */
  decision: (save: () => Promise<ExpenseDetail | null>) => ComponentChildren;
  history: () => ComponentChildren;
  /** what the run did and does, and what can be done with it */
  processing: () => ComponentChildren;
  /** what stands below the values */
  children: ComponentChildren;
}) {
  const wanted = useMemo(() => wantedIn(place.value.query), []);
  const [opened, setOpened] = useState<ReadonlySet<Name>>(new Set());
  const last = useRef<Name | null>(null);
  const main = useRef<HTMLDivElement | null>(null);
  const editing = useEditing(expense, saved, onOutrun);
  const isLocked = expense.status === "approved" || expense.status === "voided" || !may("edit");
  const isLockedFor = (name: Name) => isLocked && !(isSortable(expense) && SORTED.includes(name));
  useExpenseKeys({ save: () => void editing.save(), edit: () => isLocked || open("merchant") });

  function saved(fresh: ExpenseDetail) {
    setOpened(new Set());
    onSaved(fresh);
  }

  const inputOf = (name: string) =>
    main.current?.querySelector(`[data-field="${name}"] :is(input, select, textarea, button)`) as
      | HTMLElement
      | null
      | undefined;

  function open(name: Name) {
    last.current = name;
    setOpened((before) => new Set([...before, name]));
  }

  function close(name: Name) {
    editing.takeTheirs(name);
    setOpened((before) => new Set([...before].filter((each) => each !== name)));
  }

  // What the address asks for is open at once.
  useLayoutEffect(() => {
    if (wanted && !isLockedFor(wanted)) open(wanted);
  }, []);
  // What was opened last has the focus; once it is text again, the text has it.
  useLayoutEffect(() => {
    const name = last.current;
    if (name === null) return;
    if (opened.has(name)) inputOf(name)?.focus();
    else if (document.activeElement === document.body)
      inputOf(name)?.focus({ preventScroll: true });
  }, [opened]);

  function save() {
    if (editing.changed.length === 0) setOpened(new Set());
    else void editing.save();
  }
  const onSubmit = (event: Event) => {
    event.preventDefault();
    save();
  };
  const onEnter = (event: KeyboardEvent) => {
    const isInput =
      event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
    if (event.key !== "Enter" || !isInput || event.ctrlKey || event.metaKey || event.isComposing)
      return;
    event.preventDefault();
    save();
  };
  useLayoutEffect(() => {
    if (editing.refusals === 0) return;
    const wrong = main.current?.querySelector(
      '[aria-invalid="true"], .expense-groups .form-problem',
    ) as HTMLElement | null | undefined;
    wrong?.focus();
    wrong?.scrollIntoView({ block: "nearest" });
  }, [editing.refusals]);

  const extraction = run?.extraction ?? null;
  // While it is saved, it is shown as it will be.
  const isOpen = (name: Name) =>
    !isLockedFor(name) && !editing.isBusy && (opened.has(name) || editing.changed.includes(name));
  const field = (name: Name) => {
    const proposed = name === "category" && !isLockedFor(name) ? expense.proposedCategory : null;
    const acts = { onOpen: () => open(name), onClose: () => close(name) };
    return (
      <ExpenseField
        key={name}
        name={name}
        expense={expense}
        editing={editing}
        extraction={extraction}
        attention={attention}
        proposed={proposed}
        isLocked={isLockedFor(name)}
        isOpen={isOpen(name)}
        {...acts}
      />
    );
  };
  const lines = (name: "items" | "taxLines") =>
    isOpen(name) ? (
      <Lines name={name} editing={editing} />
    ) : (
      <ReadLines name={name} editing={editing} onOpen={isLocked ? null : () => open(name)} />
    );
  const isAny = (names: Name[]) =>
    names.some((name) => editing.changed.includes(name) || editing.problemOf(name));
  const currency = String(editing.typed("currency"));
  return (
    <div class="expense-main" ref={main}>
      <Conflict expense={expense} editing={editing} />
      <section class="card" aria-label={t`Summary`} onKeyDown={onEnter}>
        <div class="expense-figure">
          {field("total")} {(isOpen("total") || isOpen("currency")) && field("currency")}
          <p class="quiet">
            {[date(expense.date), expense.category, expense.person?.name]
              .filter(Boolean)
              .join(" · ")}
          </p>
        </div>
        <Locked expense={expense} progress={progress} />
      </section>
      {decision(async () => (editing.changed.length === 0 ? expense : editing.save()))}
      {progress && (
        <Progress
          progress={progress}
          isClaimable={expense.paidBy === "employee" || Boolean(expense.billable && expense.client)}
        />
      )}
      <section class="card expense-groups" aria-labelledby="values-title" onKeyDown={onEnter}>
        <h2 id="values-title" class="visually-hidden">
          Expense
        </h2>
        <div class="expense-fields">{GROUPS.main.map(field)}</div>
        <Group title={t`Items`} says={countOf(editing, "items")} isOpen={isAny(["items"])}>
          {lines("items")}
        </Group>
        <Group
          title={t`Tax`}
          says={textOf("tax", editing.typed("tax"), currency)}
          isOpen={isAny(["tax", "taxLines"])}
        >
          <div class="expense-fields">{field("tax")}</div>
          {lines("taxLines")}
        </Group>
        <Conversion expense={expense} />
        <Group
          title={t`Coding`}
          says={[sumUp(editing, ["paymentMethod", "paidBy"]), expense.client, expense.project]
            .filter(Boolean)
            .join(" · ")}
          isOpen={isAny([...CODING, "parts"])}
          isShownFirst={wanted !== null}
        >
          <div class="expense-fields">{CODING.map(field)}</div>
          <section aria-labelledby="split-title">
            <h3 id="split-title">Split</h3>
            {isLocked ? (
              <ReadLines name="parts" editing={editing} onOpen={null} />
            ) : (
              <Split editing={editing} />
            )}
          </section>
        </Group>
        <Group
          title={t`Details`}
          says={sumUp(editing, ["documentKind", "receiptNumber"])}
          isOpen={isAny(GROUPS.details)}
        >
          <div class="expense-fields">{GROUPS.details.map(field)}</div>
        </Group>
      </section>
      <form novalidate autocomplete="off" onSubmit={onSubmit}>
        <SaveBar editing={editing} />
      </form>
      {children}
      <Tabs
        label={t`History, text and processing`}
        first="history"
        chosen={tab}
        onChoose={onTab}
        tabs={[
          { name: "history", title: t`History`, body: history },
          {
            name: "text",
            title: t`Text`,
            body: () =>
              run && (
                <Transcript
                  run={run}
                  attention={attention}
                  onPick={(name: string) => inputOf(name)?.focus()}
                />
              ),
          },
          { name: "processing", title: t`Processing`, body: processing },
        ]}
      />
    </div>
  );
}

/**
 * Values that are folded away.
 *
 * `isOpen`: they may not be folded; `isShownFirst`: until somebody folds them
 */
function Group({
  title,
  says,
  isOpen,
  isShownFirst = false,
  children,
}: {
  title: string;
  says: string;
  isOpen: boolean;
  isShownFirst?: boolean;
  children: ComponentChildren;
}) {
  const [isShown, setShown] = useState(isShownFirst);
  return (
    <details
      class="expense-group"
      open={isShown || isOpen}
      onToggle={(event: Event) => setShown((event.currentTarget as HTMLDetailsElement).open)}
    >
      <summary>
        <span>{title}</span> <span class="quiet">{says}</span>
      </summary>
      <div class="expense-group-body">{children}</div>
    </details>
  );
}

function countOf(editing: Editing, name: "items" | "taxLines") {
  return String(editing.typed(name).length || "");
}

function sumUp(editing: Editing, names: Name[]) {
  return names
    .map((name) => textOf(name, editing.typed(name), ""))
    .filter(Boolean)
    .join(" · ");
}

function Conversion({
  expense: { id, base, baseMissing, currency, date: day },
}: {
  expense: ExpenseDetail;
}) {
  if (!baseMissing && (!base || base.currency === currency)) return null;
  const says = base ? textOf("total", base.total, base.currency) : "";
  return (
    <Group title={t`Conversion`} says={says} isOpen={baseMissing !== null}>
      {baseMissing ? (
        <p class="quiet">
          <WhyMissing id={id} missing={baseMissing} currency={currency} day={day} />
        </p>
      ) : (
        base && (
          <p title={`${base.rate}, ${base.source}`}>
            In the base currency: <Money amount={base.total} currency={base.currency} /> at{" "}
            {shortRate.format(Number(base.rate))} of {date(base.rateDate)}
          </p>
        )
      )}
    </Group>
  );
}
