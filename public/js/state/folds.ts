/**
 * What a person has unfolded. It stays so where the page draws it anew, as when what was read
 * becomes an expense.
 */

import { useState } from "preact/hooks";

const unfolded = new Map<string, boolean>();

/**
 * The props of a `details` element.
 *
 * `owner`: the id of what the part is of. `opensItself`: until a person folds it
 */
export function useFold(part: string, owner: string, opensItself = false) {
  const [, redraw] = useState(0);
  const name = [part, owner, opensItself].join(" ");
  return {
    open: unfolded.get(name) ?? opensItself,
    onToggle(event: Event) {
      unfolded.set(name, (event.currentTarget as HTMLDetailsElement).open);
      redraw((times) => times + 1);
    },
  };
}
