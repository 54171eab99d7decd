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
  isAction = false,
  isOpen = false,
  isDisabled = false,
  children,
}: {
  /** of the button, such as "New policy …" */
  label: string;
  /** it is what the view is for */
  isPrimary?: boolean;
  /** it stands among the actions of the view, not below a list */
  isAction?: boolean;
  /** it stands open at first, as where an address asks for it */
  isOpen?: boolean;
  isDisabled?: boolean;
  /** the dialogue, which closes by what it is given */
  children: (close: () => void) => ComponentChildren;
}) {
  const [isAsking, ask] = useState(isOpen);
  const parts = (
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
  return isAction ? parts : <div class="form-buttons">{parts}</div>;
}

/** Its dialogue asks for declared fields, and closes once they are sent. */
export function NewByForm({
  label,
  isPrimary = false,
  isAction = false,
  isOpen = false,
  ...asked
}: Omit<ComponentProps<typeof FormDialog>, "onClose"> & {
  label: string;
  isPrimary?: boolean;
  isAction?: boolean;
  isOpen?: boolean;
}) {
  return (
    <New label={label} isPrimary={isPrimary} isAction={isAction} isOpen={isOpen}>
      {(close) => <FormDialog {...asked} onClose={close} />}
    </New>
  );
}
