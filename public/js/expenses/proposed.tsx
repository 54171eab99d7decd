/**
 * A category that is proposed: as a chip, as an offer to take it, and what is learnt of a choice.
 */

import { capsOf, declareKeys } from "../shortcuts.ts";
import { t } from "../words.ts";
import type { ProposedCategory } from "../api/types.d.ts";

const WHILE_TYPING = "Mod+.";
const useKeys = declareKeys(t`At a proposed category`, {
  take: [".", t`Take it`],
  takeWhileTyping: [WHILE_TYPING, t`Take it while typing`],
});

/** What was said already */
const said: Set<string> = new Set();

/** What stands in place of a category in lists. */
export function ProposedChip({ proposed: { category, reason } }: { proposed: ProposedCategory }) {
  return (
    <span class="proposed" title={t`Proposed: ${reason}`}>
      <span class="visually-hidden">Proposed: </span>
      {category}?
    </span>
  );
}

/**
 * The proposal with its reason. A key takes it: the point, with Ctrl or ⌘ also while one is
 * typing.
 */
export function ProposedOffer({
  proposed,
  id,
  onTake,
}: {
  proposed: ProposedCategory;
  /** of the sentence, which describes the field */
  id: string;
  onTake: () => void;
}) {
  useKeys({ take: onTake, takeWhileTyping: onTake });
  return (
    <p class="proposed-offer">
      <button
        type="button"
        class="proposed"
        aria-label={t`Take ${proposed.category}`}
        aria-describedby={id}
        onClick={onTake}
      >
        {proposed.category}?
      </button>
      <span aria-hidden="true">
        {capsOf(WHILE_TYPING).map((cap) => (
          <kbd key={cap}>{cap}</kbd>
        ))}
      </span>
      <span class="proposed-reason" id={id}>
        {proposed.reason}
      </span>
    </p>
  );
}

/**
 * What a choice teaches; nothing where there is none, or where it was said of this merchant
 * before.
 */
export function learnt(merchant: string | undefined, category: string | null | undefined): string {
  const key = JSON.stringify([merchant, category]);
  if (!merchant || !category || said.has(key)) return "";
  said.add(key);
  return t`${category} is proposed for ${merchant} from now on.`;
}
