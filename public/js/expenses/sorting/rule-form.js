// @ts-check
/** A new rule: by what it knows an expense, and what it gives. It can be tried before it is there. */

import { useState } from "preact/hooks";

import { onceOnly, post } from "../../api/client.js";
import { choices, loadChoices } from "../../clients/choices.js";
import { notify } from "../../notifications/notices.js";
import { AmountField, CurrencyField, SelectField, TextField } from "../../parts/fields.js";
import { readAmount } from "../../values/amount.js";
import { useAsking } from "./asking.js";
import { Preview } from "./preview.js";
import { html, t } from "../../words.js";

/** @import { RulePreview } from "../../api/types.js" */

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
};
const KINDS = [
  { value: "", label: t`Any` },
  { value: "receipt", label: t`Receipt` },
  { value: "invoice", label: t`Invoice` },
  { value: "credit_note", label: t`Credit note` },
];
const PAYERS = [
  { value: "", label: t`Leave as it is` },
  { value: "employee", label: t`An employee` },
];

/** @param {{ onDone: () => void }} props */
export function RuleForm({ onDone }) {
  const [given, setGiven] = useState(EMPTY);
  const [preview, setPreview] = useState(/** @type {RulePreview | null} */ (null));
  const { isBusy, problem, fields, ask } = useAsking();
  const isWrong = [given.min, given.max].some((text) => readAmount(text, given.currency).problem);
  const tryIt = () => !isWrong && ask(async () => setPreview(await post("/api/rules/preview", { rule: ruleOf(given) })));
  const add = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (isWrong) return;
    void ask(async () => {
      await post("/api/rules", ruleOf(given), { headers: onceOnly() });
      notify(t`The rule is added.`, { kind: "success" });
      setGiven(EMPTY);
      setPreview(null);
      onDone();
    });
  };
  /** @param {keyof typeof EMPTY} name @param {string} label @param {string} [field] the API's name */
  const props = (name, label, field = `when.${name}`) => ({
    label,
    value: given[name],
    onValue: (/** @type {string} */ value) => setGiven({ ...given, [name]: value }),
    problem: fields[field] ?? null,
  });
  /** @param {"min" | "max"} name @param {string} label */
  const amount = (name, label) => {
    const its = props(name, label);
    return { ...its, currency: given.currency, problem: its.problem ?? readAmount(given[name], given.currency).problem };
  };
  return html`
    <details class="rule-form" onToggle=${loadChoices}>
      <summary>Add a rule</summary>
      <form novalidate onSubmit=${add}>
        <fieldset>
          <legend>For expenses</legend>
          <div class="fields-row">
            <${TextField} ...${props("merchant", t`From the merchant`)} maxLength=${200} />
            <${TextField} ...${props("words", t`With the words`)} hint="Separated by commas; all of them." />
            <${SelectField} ...${props("documentKind", t`Of the kind`)} options=${KINDS} />
            <${AmountField} ...${amount("min", t`From the amount`)} />
            <${AmountField} ...${amount("max", t`Up to the amount`)} />
            <${CurrencyField} ...${props("currency", t`In the currency`)} />
          </div>
        </fieldset>
        <fieldset>
          <legend>Give</legend>
          <div class="fields-row">
            <${TextField} ...${props("category", t`Category`, "gives.category")} list="categories" maxLength=${60} />
            <${SelectField} ...${props("project", t`Project`, "gives.project")} options=${projectOptions()} />
            <${TextField} ...${props("tags", t`Tags`, "gives.tags")} hint="Separated by commas." />
            <${SelectField} ...${props("paidBy", t`Paid by`, "gives.paidBy")} options=${PAYERS} />
          </div>
        </fieldset>
        ${problem && html`<p class="form-problem" role="alert">${fields.when ?? fields.gives ?? (Object.keys(fields).length > 0 ? t`Correct the marked values.` : problem)}</p>`}
        ${preview && html`<${Preview} preview=${preview} />`}
        <p class="form-buttons">
          <button type="button" class="button" disabled=${isBusy} onClick=${tryIt}>Try the rule</button>
          <button type="submit" class="button primary" disabled=${isBusy}>Add the rule</button>
        </p>
      </form>
    </details>
  `;
}

/** A rule names a project. */
function projectOptions() {
  const names = new Set((choices.value ?? []).flatMap(({ projects }) => projects.map(({ name }) => name)));
  return [{ value: "", label: t`No project` }, ...[...names].sort().map((name) => ({ value: name, label: name }))];
}

/** @param {typeof EMPTY} given @returns {any} the body of POST /api/rules */
function ruleOf(given) {
  const { merchant, words, min, max, currency, documentKind, category, project, tags, paidBy } = given;
  const amounts = { min: readAmount(min, currency).value ?? "", max: readAmount(max, currency).value ?? "" };
  const when = { merchant, ...amounts, currency, documentKind, words: listOf(words) };
  return { when: filled(when), gives: filled({ category, project, paidBy, tags: listOf(tags) }) };
}

/** @param {string} text */
function listOf(text) {
  return text
    .split(",")
    .map((each) => each.trim())
    .filter(Boolean);
}

/** What is not empty. @param {Record<string, string | string[]>} values */
function filled(values) {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value.length > 0));
}
