/** A value that was read, beside its label, pointing at where it was read. */

import { date, money, UNKNOWN } from "../../format.ts";
import { DOCUMENT_KINDS, FIELD_LABELS } from "../../labels.ts";
import type { FieldName, Run } from "../../api.ts";
import type { Attention } from "../../parts/attention.ts";

export function FieldItem({
  run: { extraction },
  field,
  attention,
}: {
  run: Pick<Run, "extraction">;
  field: FieldName;
  attention: Attention;
}) {
  const hasEvidence = Boolean(extraction?.[field]?.evidence);
  const look = attention.active.value === field ? "field-item is-active" : "field-item";
  return (
    <div
      class={look}
      data-field={field}
      tabindex={hasEvidence ? 0 : undefined}
      {...(hasEvidence ? attention.watch(field) : {})}
    >
      <dt>{FIELD_LABELS[field]}</dt>
      <dd class="field-value">{shown(extraction, field)}</dd>
    </div>
  );
}

function shown(extraction: Run["extraction"], field: FieldName) {
  const value = extraction?.[field]?.value;
  if (field === "date" || field === "dueDate") return date(value);
  if (field === "total" || field === "tax" || field === "amountDue")
    return money(value, extraction?.currency?.value);
  if (field === "documentKind") return value ? (DOCUMENT_KINDS[value] ?? value) : UNKNOWN;
  return value || UNKNOWN;
}
