// @ts-check
/** A category that is proposed: as a chip, as an offer to take it, and what is learnt of a choice. */

import { capsOf, declareKeys } from "../shortcuts.js";
import { html, t } from "../words.js";

/** @import { ProposedCategory } from "../api/types.js" */

const WHILE_TYPING = "Mod+.";
const useKeys = declareKeys(t`At a proposed category`, {
  take: [".", t`Take it`],
  takeWhileTyping: [WHILE_TYPING, t`Take it while typing`],
});

/** @type {Set<string>} what was said already */
const said = new Set();

/** What stands in place of a category in lists. @param {{ proposed: ProposedCategory }} props */
export function ProposedChip({ proposed: { category, reason } }) {
  return html`<span class="proposed" title=${t`Proposed: ${reason}`}><span class="visually-hidden">Proposed: </span>${category}?</span>`;
}

/**
 * The proposal with its reason. A key takes it: the point, with Ctrl or ⌘ also while one is typing.
 *
 * @param {object} props
 * @param {ProposedCategory} props.proposed
 * @param {string} props.id of the sentence, which describes the field
 * @param {() => void} props.onTake
 */
export function ProposedOffer({ proposed, id, onTake }) {
  useKeys({ take: onTake, takeWhileTyping: onTake });
  return html`
    <p class="proposed-offer">
      <button type="button" class="proposed" aria-label=${t`Take ${proposed.category}`} aria-describedby=${id} onClick=${onTake}>
        ${proposed.category}?
      </button>
      <span aria-hidden="true">${capsOf(WHILE_TYPING).map((cap) => html`<kbd key=${cap}>${cap}</kbd>`)}</span>
      <span class="proposed-reason" id=${id}>${proposed.reason}</span>
    </p>
  `;
}

/**
 * What a choice teaches; nothing where there is none, or where it was said of this merchant before.
 *
 * @param {string | undefined} merchant
 * @param {string | null | undefined} category
 * @returns {string}
 */
export function learnt(merchant, category) {
  const key = JSON.stringify([merchant, category]);
  if (!merchant || !category || said.has(key)) return "";
  said.add(key);
  return t`${category} is proposed for ${merchant} from now on.`;
}
