/** Which runs are shown: fields to choose by, and what is chosen as chips. */

import { useEffect, useState } from "preact/hooks";

import { nameOfKind } from "../kinds.ts";
import { stateOfStatus } from "../labels.ts";
import { ChipList } from "../parts/chips.tsx";
import { DayFilter, SelectField, TextField } from "../parts/fields.tsx";
import { go } from "../shell/address.ts";
import { addressOf, chipsOf, STATUSES } from "./asked.ts";
import { t } from "../words.ts";
import type { Asked } from "./asked.ts";

const SEARCH_AFTER_MS = 400;

export function Filters({ asked, kinds }: { asked: Asked; kinds: string[] }) {
  const change = (changed: Partial<Asked>) =>
    go(addressOf({ ...asked, ...changed }), { replace: true });
  const kindOptions = [
    { value: "", label: t`Any kind` },
    ...[...new Set([...kinds, asked.kind])]
      .filter(Boolean)
      .map((kind) => ({ value: kind, label: nameOfKind(kind) })),
  ];
  const statusOptions = [
    { value: "", label: t`Any state` },
    ...STATUSES.map((status) => ({ value: status, label: stateOfStatus(status).text })),
  ];
  const chips = chipsOf(asked).map(({ label, without }) => ({
    says: label,
    href: addressOf(without),
  }));
  return (
    <>
      <search class="card fields-row run-filters" aria-label="Filter runs">
        <SelectField
          label="Kind"
          value={asked.kind}
          options={kindOptions}
          onValue={(kind: string) => change({ kind })}
        />
        <SelectField
          label="State"
          value={asked.status}
          options={statusOptions}
          onValue={(status: string) => change({ status })}
        />
        <SelectField
          label="Items"
          value={asked.withFailures}
          options={[
            { value: "", label: t`Any` },
            { value: "true", label: t`Items failed` },
          ]}
          onValue={(withFailures: string) => change({ withFailures })}
        />
        <DayFilter label="From" value={asked.from} onDay={(from: string) => change({ from })} />
        <DayFilter label="To" value={asked.to} onDay={(to: string) => change({ to })} />
        <ExternalId value={asked.externalId} onChange={(externalId) => change({ externalId })} />
      </search>
      <ChipList chips={chips} all="/runs" />
    </>
  );
}

/** It is asked for when nobody has typed for a moment. */
function ExternalId({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const [typed, type] = useState(value);
  useEffect(() => type(value), [value]);
  useEffect(() => {
    if (typed.trim() === value) return undefined;
    const timer = setTimeout(() => onChange(typed.trim()), SEARCH_AFTER_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <TextField
      label="External id"
      hint="Such as a payment's id at the bank or provider"
      maxLength={500}
      value={typed}
      onValue={type}
    />
  );
}
