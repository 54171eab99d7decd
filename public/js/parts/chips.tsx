/** What a list is narrowed by, as chips: each leads to the list without it. */

import { Icon } from "./icon.tsx";
import { t } from "../words.ts";

export function ChipList({
  chips,
  all,
}: {
  /** what each says, and the address without it */
  chips: { says: string; href: string }[];
  /** the address without any */
  all: string;
}) {
  if (chips.length === 0) return null;
  return (
    <ul class="chips" aria-label="Filters">
      {chips.map(({ says, href }) => (
        <li key={says}>
          <a class="chip" href={href} aria-label={t`Remove ${says}`}>
            {says}
            <Icon name="close" />
          </a>
        </li>
      ))}
      <li>
        <a class="chip chip-all" href={all}>
          Clear all
        </a>
      </li>
    </ul>
  );
}
