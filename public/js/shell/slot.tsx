/** A place of the frame that features fill. */

import type { ComponentType } from "preact";

/** @param parts what each feature has for it, in the order of the features */
export function Slot({ parts }: { parts: (ComponentType | undefined)[] }) {
  const filled = parts.filter((Part) => Part !== undefined);
  return (
    <>
      {filled.map((Part, index) => (
        <Part key={index} />
      ))}
    </>
  );
}
