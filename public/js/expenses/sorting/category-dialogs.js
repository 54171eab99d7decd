// @ts-check
/** Making a category, and what can be done with one: renamed, given codes, archived, merged. */

import { useState } from "preact/hooks";

import { onceOnly, patch, post } from "../../api/client.js";
import { notify } from "../../notifications/notices.js";
import { Dialog } from "../../parts/dialog.js";
import { SelectField, TextField } from "../../parts/fields.js";
import { useAsking } from "./asking.js";
import { report } from "../../state/report.js";
import { html, t } from "../../words.js";

/** @import { ActSummary, Category } from "../../api/types.js" */

/** @param {{ onDone: () => void }} props */
export function NewCategory({ onDone }) {
  const [name, setName] = useState("");
  const [code, setCode] = useState("");
  const { isBusy, fields, problem, ask } = useAsking();
  const add = (/** @type {Event} */ event) => {
    event.preventDefault();
    void ask(async () => {
      const made = await post("/api/categories", { name, ledgerCode: code || null });
      notify(t`${made.name} is a category.`, { kind: "success" });
      setName("");
      setCode("");
      onDone();
    });
  };
  const wrong = fields.name ?? (fields.ledgerCode ? null : problem);
  return html`
    <form class="fields-row" novalidate onSubmit=${add}>
      <${TextField} label="New category" value=${name} onValue=${setName} maxLength=${60} problem=${wrong} />
      <${TextField} label="Account (optional)" value=${code} onValue=${setCode} maxLength=${20} problem=${fields.ledgerCode} />
      <button type="submit" class="button" disabled=${isBusy || !name.trim()}>Add the category</button>
    </form>
  `;
}

/**
 * @param {object} props
 * @param {Category} props.category
 * @param {Category[]} props.others that it can be merged into
 * @param {() => void} props.onClose
 * @param {(act: ActSummary) => void} props.onAct
 * @param {() => void} props.onDone
 */
export function CategoryDialog({ category, others, onClose, onAct, onDone }) {
  const [name, setName] = useState(category.name);
  const [ledgerCode, setLedger] = useState(category.ledgerCode ?? "");
  const [taxCode, setTax] = useState(category.taxCode ?? "");
  const [accountIsAutomatic, setAutomatic] = useState(category.accountIsAutomatic);
  const [into, setInto] = useState("");
  const { isBusy, problem, fields, ask } = useAsking();
  const path = { category_id: category.id };
  const isArchived = category.state === "archived";

  const save = () =>
    ask(async () => {
      const codes = { ledgerCode: ledgerCode || null, taxCode: taxCode || null, accountIsAutomatic };
      await patch("/api/categories/{category_id}", codes, { path });
      if (into) {
        onAct(await post("/api/categories/{category_id}/merge", { into }, { path, headers: onceOnly() }));
      } else if (name.trim() !== category.name) {
        onAct(await post("/api/categories/{category_id}/rename", { name }, { path, headers: onceOnly() }));
      }
      onClose();
      onDone();
    });
  const archive = () =>
    ask(async () => {
      const become = (/** @type {"active" | "archived"} */ state) => patch("/api/categories/{category_id}", { state }, { path });
      await become(isArchived ? "active" : "archived");
      onClose();
      onDone();
      if (isArchived) return;
      const restore = () => void become("active").then(onDone, report);
      notify(t`${category.name} is archived.`, { kind: "success", action: { label: t`Undo`, onAction: restore } });
    });
  const options = [
    { value: "", label: t`Keep it apart` },
    ...others.map((other) => ({ value: other.id, label: other.name })),
  ];
  const asked = { title: category.name, action: into ? t`Merge the categories` : t`Save`, isBusy };
  const shown = Object.keys(fields).length > 0 ? null : problem;
  return html`
    <${Dialog} ...${asked} problem=${shown} onClose=${onClose} onAction=${save}>
      <${TextField} label="Name" value=${name} onValue=${setName} maxLength=${60} problem=${fields.name}
        hint="A new name is on all its expenses, and the old one leads to it." />
      <div class="fields-row">
        <${TextField} label="Account" value=${ledgerCode} onValue=${setLedger} maxLength=${20} problem=${fields.ledgerCode} />
        <${TextField} label="Tax code" value=${taxCode} onValue=${setTax} maxLength=${20} problem=${fields.taxCode} />
      </div>
      <label class="check">
        <input
          type="checkbox"
          checked=${accountIsAutomatic}
          onChange=${(/** @type {Event} */ event) => setAutomatic(/** @type {HTMLInputElement} */ (event.target).checked)}
        />
        <span>Its account is automatic: DATEV knows its tax, and takes no tax code.</span>
      </label>
      ${others.length > 0 &&
      html`
        <${SelectField} label="Merge into" value=${into} onValue=${setInto} options=${options} problem=${fields.into}
          hint="Its expenses get that category. Approved ones stay." />
      `}
      <p>
        <button type="button" class="button small" disabled=${isBusy} onClick=${archive}>
          ${isArchived ? t`Offer it again` : t`Archive the category`}
        </button>
      </p>
    <//>
  `;
}
