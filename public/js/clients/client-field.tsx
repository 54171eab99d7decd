/** Selecting a client, or adding one where it is wanted first. */

import { useEffect, useState } from "preact/hooks";

import { post } from "../api/client.ts";
import { SelectField } from "../parts/fields.tsx";
import { FormDialog } from "../parts/form.tsx";
import { may } from "../state/session.ts";
import { field } from "../values/schema.ts";
import { choices, forgetChoices, loadChoices, optionsOf } from "./choices.ts";
import { t } from "../words.ts";
import type { Body } from "../parts/form.tsx";

const NEW = "new";
const NOBODY = { id: null, name: null };
const FIELDS = [
  field("name", t`Name`, {
    isNeeded: true,
    maxLength: 200,
    hint: t`Their address and e-mail can follow.`,
  }),
];

interface Props {
  label: string;
  value: string;
  /** is given the id of a client, or nothing */
  onValue: (id: string) => void;
  problem?: string | null | undefined;
}

/** `kept` is what stands there already: it may be archived */
export function ClientField({
  kept = NOBODY,
  ...props
}: Props & { kept?: { id: string | null; name: string | null } }) {
  useEffect(() => void loadChoices(), []);
  return <OrNew {...props} options={optionsOf(choices.value ?? [], t`No client`, kept)} />;
}

/** The options, and a new client. */
export function OrNew({
  options,
  onValue,
  ...props
}: Props & { options: { value: string; label: string }[] }) {
  const [isNew, ask] = useState(false);
  const all = may("book") ? [...options, { value: NEW, label: t`New client …` }] : options;
  const add = async (body: Body) => {
    const { id } = await post("/api/clients", body as { name: string });
    forgetChoices();
    await loadChoices();
    onValue(id);
  };
  return (
    <>
      <SelectField
        {...props}
        options={all}
        onValue={(value: string) => (value === NEW ? ask(true) : onValue(value))}
      />
      {isNew && (
        <FormDialog
          title={t`New client`}
          action={t`Add the client`}
          fields={FIELDS}
          onSend={add}
          onClose={() => ask(false)}
        />
      )}
    </>
  );
}
