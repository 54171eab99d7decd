/**
 * What is added to a list. The list stands first; one button, "New …", opens a dialogue that asks
 * what the new one is.
 */

import { useState } from "preact/hooks";

import { FormDialog } from "./form.tsx";
import type { ComponentChildren, ComponentProps } from "preact";

export function New({
  label,
  isPrimary = false,
  isOpen = false,
  isDisabled = false,
  children,
}: {
  /** of the button, such as "New policy …" */
  label: string;
  /** it is what the view is for */
  isPrimary?: boolean;
  /** it stands open at first, as where an address asks for it */
  isOpen?: boolean;
  isDisabled?: boolean;
  /** the dialogue, which closes by what it is given */
  children: (close: () => void) => ComponentChildren;
}) {
  const [isAsking, ask] = useState(isOpen);
  return (
    <>
      <button
        type="button"
        class={isPrimary ? "button primary" : "button"}
        disabled={isDisabled}
        onClick={() => ask(true)}
      >
        {label}
      </button>
      {isAsking && children(() => ask(false))}
    </>
  );
}

/** Its dialogue asks for declared fields, and closes once they are sent. */
export function NewByForm({
  label,
  isPrimary,
  isOpen,
  ...asked
}: Omit<ComponentProps<typeof FormDialog>, "onClose"> & {
  label: string;
  isPrimary?: boolean;
  isOpen?: boolean;
}) {
  const given = { label, isPrimary: isPrimary ?? false, isOpen: isOpen ?? false };
  return <New {...given}>{(close) => <FormDialog {...asked} onClose={close} />}</New>;
}
