/** What a row of the audit says of values that became others: from what, to what. */

import { isRead, labelOf, recordedInWords } from "../expenses/one/words.ts";
import { rateInWords, UNKNOWN } from "../format.ts";
import { TREATMENTS } from "../tax/words.ts";
import { ROLES } from "../values/roles.ts";
import { LABELS } from "./labels.ts";
import { t } from "../words.ts";
import type { ChangedValue } from "../api/types.d.ts";
import type { Treatment } from "../tax/words.ts";

/** Settings that the database has as numbers. */
const SWITCHES = new Set(["fourEyes", "accountIsAutomatic"]);

export function Changes({ changes }: { changes: ChangedValue[] }) {
  const shown = changes.filter(isRead);
  if (shown.length === 0) return null;
  const known = shown.filter(({ isKnown }) => isKnown);
  const others = shown.filter(({ isKnown }) => !isKnown).map(({ field }) => nameOf(field));
  return (
    <ul class="audit-changes">
      {known.map(({ field, before, after }) => (
        <li key={field}>
          {nameOf(field)}: {inWords(field, before)} → {inWords(field, after)}
        </li>
      ))}
      {others.length > 0 && <li>Without the values: {others.join(", ")}</li>}
    </ul>
  );
}

/** @param field by the API's name */
export function nameOf(field: string): string {
  const coding = field.startsWith("coding: ") ? field.slice("coding: ".length) : null;
  if (coding !== null) return t`Account of ${coding}`;
  if (LABELS[field]) return LABELS[field];
  const label = labelOf(field);
  if (label !== field) return label;
  const words = field.replace(/([A-Z])/g, " $1").toLowerCase();
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

export function inWords(field: string, value: unknown): string {
  if (SWITCHES.has(field) && typeof value === "number") return value ? t`Yes` : t`No`;
  if (field === "deductible" && typeof value === "number") return rateInWords(String(value));
  if (field === "roles" && Array.isArray(value)) return value.map(roleOf).join(", ") || UNKNOWN;
  if (field === "treatment") return TREATMENTS[value as Treatment] ?? String(value ?? UNKNOWN);
  if (field === "dailyMicroUsd" && typeof value === "number") return `$${value / 1_000_000}`;
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    const parts = Object.entries(value).filter(([, part]) => part !== null && part !== "");
    return parts.map(([name, part]) => `${nameOf(name)} ${inWords(name, part)}`).join(", ");
  }
  return recordedInWords(field, value);
}

function roleOf(role: unknown): string {
  return ROLES.find(({ value }) => value === role)?.label ?? String(role);
}
