/**
 * A new rule: by what it knows an expense, and what it gives. It can be tried before it is there.
 */

import { useEffect, useState } from "preact/hooks";

import { post } from "../../api/client.ts";
import { choices, loadChoices } from "../../clients/choices.ts";
import { notify } from "../../notifications/notices.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { AmountField, CurrencyField, SelectField, TextField } from "../../parts/fields.tsx";
import { New } from "../../parts/new.tsx";
import { readAmount } from "../../values/amount.ts";
import { GIVEN } from "../declared.ts";
import { useAsking } from "./asking.ts";
import { Preview } from "./preview.tsx";
import { CategoryField } from "../category-field.tsx";
import { isAlone } from "../../state/session.ts";
import { t } from "../../words.ts";
import type { RulePreview } from "../../api/types.d.ts";

const EMPTY = {
  merchant: "",
  words: "",
  min: "",
  max: "",
  currency: "",
  documentKind: "",
  category: "",
  project: "",
  tags: "",
  paidBy: "",
  costCenter: "",
};
const KINDS = [
  { value: "", label: t`Any` },
  { value: "receipt", label: t`Receipt` },
  { value: "invoice", label: t`Invoice` },
  { value: "credit_note", label: t`Credit note` },
];
const payers = () => [
  { value: "", label: t`Leave as it is` },
  { value: "employee", label: isAlone() ? t`I myself` : t`An employee` },
];

export function NewRule({ onDone }: { onDone: () => void }) {
  return (
    <New label={t`New rule …`}>{(close) => <RuleDialog onClose={close} onDone={onDone} />}</New>
  );
}

function RuleDialog({ onClose, onDone }: { onClose: () => void; onDone: () => void }) {
  const [given, setGiven] = useState(EMPTY);
  const [preview, setPreview] = useState<RulePreview | null>(null);
  const { isBusy, problem, fields, ask } = useAsking();
  useEffect(() => {
    void loadChoices();
  }, []);
  const isWrong = [given.min, given.max].some((text) => readAmount(text, given.currency).problem);
  const tryIt = () =>
    !isWrong &&
    ask(async () => setPreview(await post("/api/rules/preview", { rule: ruleOf(given) })));
  const add = () => {
    if (isWrong) return;
    void ask(async () => {
      await post("/api/rules", ruleOf(given));
      notify(t`The rule is added.`, { kind: "success" });
      onClose();
      onDone();
    });
  };
  /** @param field the API's name */
  const props = (name: keyof typeof EMPTY, label: string, field: string = `when.${name}`) => ({
    label,
    value: given[name],
    onValue: (value: string) => setGiven({ ...given, [name]: value }),
    problem: fields[field] ?? null,
  });
  const amount = (name: "min" | "max", label: string) => {
    const its = props(name, label);
    return {
      ...its,
      currency: given.currency,
      problem: its.problem ?? readAmount(given[name], given.currency).problem,
    };
  };
  const hasMarks = Object.keys(fields).length > 0;
  const wrong = fields.when ?? fields.gives ?? (hasMarks ? t`Correct the marked values.` : problem);
  return (
    <Dialog
      title="New rule"
      action="Add the rule"
      isBusy={isBusy}
      problem={problem && wrong}
      onClose={onClose}
      onAction={add}
    >
      <fieldset class="rule-part">
        <legend>For expenses</legend>
        <div class="fields-row">
          <TextField {...props("merchant", t`From the merchant`)} maxLength={200} />
          <TextField
            {...props("words", t`With the words`)}
            hint="Separated by commas; all of them."
          />
          <SelectField {...props("documentKind", t`Of the kind`)} options={KINDS} />
          <AmountField {...amount("min", t`From the amount`)} />
          <AmountField {...amount("max", t`Up to the amount`)} />
          <CurrencyField {...props("currency", t`In the currency`)} />
        </div>
      </fieldset>
      <fieldset class="rule-part">
        <legend>Give</legend>
        <div class="fields-row">
          <CategoryField {...props("category", t`Category`, "gives.category")} />
          <SelectField
            {...props("project", t`Project`, "gives.project")}
            options={projectOptions()}
          />
          <TextField {...props("tags", t`Tags`, "gives.tags")} hint="Separated by commas." />
          <SelectField {...props("paidBy", t`Paid by`, "gives.paidBy")} options={payers()} />
          <TextField
            {...props("costCenter", GIVEN.costCenter.label, "gives.costCenter")}
            maxLength={GIVEN.costCenter.longest}
          />
        </div>
      </fieldset>
      {preview && <Preview preview={preview} />}
      <p class="form-buttons">
        <button type="button" class="button" disabled={isBusy} onClick={tryIt}>
          Try the rule
        </button>
      </p>
    </Dialog>
  );
}

/** A rule names a project. */
function projectOptions() {
  const names = new Set(
    (choices.value ?? []).flatMap(({ projects }) => projects.map(({ name }) => name)),
  );
  return [
    { value: "", label: t`No project` },
    ...[...names].sort().map((name) => ({ value: name, label: name })),
  ];
}

/** @returns the body of POST /api/rules */
function ruleOf(given: typeof EMPTY): any {
  const { merchant, words, min, max, currency, documentKind, tags } = given;
  const { category, project, paidBy, costCenter } = given;
  const amounts = {
    min: readAmount(min, currency).value ?? "",
    max: readAmount(max, currency).value ?? "",
  };
  const when = { merchant, ...amounts, currency, documentKind, words: listOf(words) };
  const gives = { category, project, paidBy, costCenter, tags: listOf(tags) };
  return { when: filled(when), gives: filled(gives) };
}

function listOf(text: string) {
  return text
    .split(",")
    .map((each) => each.trim())
    .filter(Boolean);
}

/** What is not empty. */
function filled(values: Record<string, string | string[]>) {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value.length > 0));
}
