/**
 * What is known of an archived run whose record cannot be read: which file is not as it was
 * written, what is safe to do.
 */

import { moment } from "../../format.ts";
import { Icon } from "../../parts/icon.tsx";
import type { RunDetail } from "../../api/types.d.ts";

/** Nothing where its record can be read. */
export function Lost({
  run: { archiveLost, createdAt, updatedAt },
}: {
  run: Pick<RunDetail, "archiveLost" | "createdAt" | "updatedAt">;
}) {
  if (!archiveLost) return null;
  return (
    <section class="card lost" aria-labelledby="lost-title">
      <h2 id="lost-title">
        <Icon name="alert" />
        Its record cannot be read
      </h2>
      <p id="lost-says">{archiveLost.says}</p>
      <p class="quiet">
        Its steps and events lie in that file. Added {moment(createdAt)}, last changed{" "}
        {moment(updatedAt)}.
      </p>
    </section>
  );
}
