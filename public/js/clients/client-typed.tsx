/** A field for a client that is typed: the beginning of a name is enough, as for a category. */

import { useEffect } from "preact/hooks";

import { post } from "../api/client.ts";
import { nameMeant } from "../values/name-meant.ts";
import { TextField } from "../parts/fields.tsx";
import { may } from "../state/session.ts";
import { choices, forgetChoices, loadChoices } from "./choices.ts";
import { t } from "../words.ts";

const MOST_NAMED = 3;

type Kept = { id: string | null; name: string | null };

/** Whether one client, none, or a new one is meant; not while several begin so. */
export function isOneMeant(typed: string, kept: Kept): boolean {
  const { isNew, several } = meantBy(typed, kept);
  return several.length === 0 && (!isNew || may("book"));
}

/** @returns the client's id, after a new one was added; null where nothing is typed */
export async function idOfTyped(typed: string, kept: Kept): Promise<string | null> {
  await loadChoices();
  const { name, isNew } = meantBy(typed, kept);
  if (name === "") return null;
  if (!isNew) return (choices.value ?? []).find((each) => each.name === name)?.id ?? kept.id;
  const { id } = await post("/api/clients", { name });
  forgetChoices();
  return id;
}

/** `kept` is what stands there already: it may be archived */
export function ClientTyped({
  kept,
  value,
  onValue,
}: {
  kept: Kept;
  value: string;
  onValue: (typed: string) => void;
}) {
  useEffect(() => void loadChoices(), []);
  const attributes = {
    onFocus: (event: FocusEvent) => (event.currentTarget as HTMLInputElement).select(),
  };
  return (
    <>
      <TextField
        label={t`Client`}
        value={value}
        onValue={onValue}
        maxLength={200}
        list="clients-typed"
        hint={hintFor(value, kept)}
        attributes={attributes}
      />
      <datalist id="clients-typed">
        {(choices.value ?? []).map(({ id, name }) => (
          <option key={id} value={name} />
        ))}
      </datalist>
    </>
  );
}

function meantBy(typed: string, { name }: Kept) {
  const names = (choices.value ?? []).map((each) => each.name);
  return nameMeant(typed, name && !names.includes(name) ? [...names, name] : names);
}

function hintFor(typed: string, kept: Kept): string | null {
  const { name, isNew, several } = meantBy(typed, kept);
  const names = several.slice(0, MOST_NAMED).join(", ");
  if (several.length > MOST_NAMED) return t`Begin so: ${names}, …`;
  if (several.length > 0) return t`Begin so: ${names}`;
  if (isNew && choices.value) return may("book") ? t`A new client` : t`No client is called so.`;
  return name === typed.trim() ? null : `→ ${name}`;
}
