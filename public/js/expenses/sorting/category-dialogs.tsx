/** Making a category, and what can be done with one: renamed, given codes, archived, merged. */

import { useState } from "preact/hooks";

import { get, patch, post } from "../../api/client.ts";
import { notify } from "../../notifications/notices.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { SelectField, TextField } from "../../parts/fields.tsx";
import { NewByForm } from "../../parts/new.tsx";
import { useAsking } from "./asking.ts";
import { report } from "../../state/report.ts";
import { useRequest } from "../../state/request.ts";
import { mayHaveDatev } from "../../values/countries.ts";
import { field } from "../../values/schema.ts";
import { t } from "../../words.ts";
import type { ActSummary, Category } from "../../api/types.d.ts";
import type { Body } from "../../parts/form.tsx";

const FIELDS = [
  field("name", t`Name`, { isNeeded: true, maxLength: 60 }),
  field("ledgerCode", t`Account (optional)`, { maxLength: 20, isNullable: true }),
];

export function NewCategory({ onDone }: { onDone: () => void }) {
  const add = async ({ name, ledgerCode }: Body) => {
    const made = await post("/api/categories", { name, ledgerCode: ledgerCode || null });
    notify(t`${made.name} is a category.`, { kind: "success" });
    onDone();
  };
  return (
    <NewByForm
      label={t`New category …`}
      title="New category"
      action="Add the category"
      fields={FIELDS}
      onSend={add}
    />
  );
}

export function CategoryDialog({
  category,
  others,
  onClose,
  onAct,
  onDone,
}: {
  category: Category;
  /** that it can be merged into */
  others: Category[];
  onClose: () => void;
  onAct: (act: ActSummary) => void;
  onDone: () => void;
}) {
  const [name, setName] = useState(category.name);
  const [ledgerCode, setLedger] = useState(category.ledgerCode ?? "");
  const [taxCode, setTax] = useState(category.taxCode ?? "");
  const [accountIsAutomatic, setAutomatic] = useState(category.accountIsAutomatic);
  const [into, setInto] = useState("");
  const { isBusy, problem, fields, ask } = useAsking();
  const company = useRequest((signal) => get("/api/company", { signal }), []).answer;
  const hasDatev = category.accountIsAutomatic || mayHaveDatev(company?.country ?? null);
  const path = { category_id: category.id };
  const isArchived = category.state === "archived";

  const save = () =>
    ask(async () => {
      const codes = {
        ledgerCode: ledgerCode || null,
        taxCode: taxCode || null,
        accountIsAutomatic,
      };
      await patch("/api/categories/{category_id}", codes, { path });
      if (into) {
        onAct(await post("/api/categories/{category_id}/merge", { into }, { path }));
      } else if (name.trim() !== category.name) {
        onAct(await post("/api/categories/{category_id}/rename", { name }, { path }));
      }
      onClose();
      onDone();
    });
  const archive = () =>
    ask(async () => {
      const become = (state: "active" | "archived") =>
        patch("/api/categories/{category_id}", { state }, { path });
      await become(isArchived ? "active" : "archived");
      onClose();
      onDone();
      if (isArchived) return;
      const restore = () => void become("active").then(onDone, report);
      notify(t`${category.name} is archived.`, {
        kind: "success",
        action: { label: t`Undo`, onAction: restore },
      });
    });
  const options = [
    { value: "", label: t`Keep it apart` },
    ...others.map((other) => ({ value: other.id, label: other.name })),
  ];
  const asked = { title: category.name, action: into ? t`Merge the categories` : t`Save`, isBusy };
  const shown = Object.keys(fields).length > 0 ? null : problem;
  return (
    <Dialog {...asked} problem={shown} onClose={onClose} onAction={save}>
      <TextField
        label="Name"
        value={name}
        onValue={setName}
        maxLength={60}
        problem={fields.name}
        hint="A new name is on all its expenses, and the old one leads to it."
      />
      <div class="fields-row">
        <TextField
          label="Account"
          value={ledgerCode}
          onValue={setLedger}
          maxLength={20}
          problem={fields.ledgerCode}
        />
        <TextField
          label="Tax code"
          value={taxCode}
          onValue={setTax}
          maxLength={20}
          problem={fields.taxCode}
        />
      </div>
      {hasDatev && (
        <label class="check">
          <input
            type="checkbox"
            checked={accountIsAutomatic}
            onChange={(event: Event) => setAutomatic((event.target as HTMLInputElement).checked)}
          />
          <span>Its account is automatic: DATEV knows its tax, and takes no tax code.</span>
        </label>
      )}
      {others.length > 0 && (
        <SelectField
          label="Merge into"
          value={into}
          onValue={setInto}
          options={options}
          problem={fields.into}
          hint="Its expenses get that category. Approved ones stay."
        />
      )}
      <p>
        <button type="button" class="button small" disabled={isBusy} onClick={archive}>
          {isArchived ? t`Offer it again` : t`Archive the category`}
        </button>
      </p>
    </Dialog>
  );
}
