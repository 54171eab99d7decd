/**
 * Where a run comes from, and what comes of it: the run that began it, those of its chain, and
 * those that it began.
 */

import { nameOfRun } from "../../kinds.ts";
import { STATUS_LABELS } from "../../labels.ts";
import { Icon } from "../../parts/icon.tsx";
import { t } from "../../words.ts";
import type { ComponentChildren } from "preact";
import type { Run, Status } from "../../api.ts";

type Related = {
  id: string;
  icon: "up" | "left" | "right" | "down";
  says: string;
  status?: Status;
};

// As many as are read at a glance; more are folded.
const MOST_SHOWN = 5;
// As many of those that it began as the API names.
const MOST_NAMED = 100;

/** Nothing for a run that stands by itself; `children` stand below its relations. */
export function Lineage({ run, children }: { run: Run; children?: ComponentChildren }) {
  const around = runsAround(run);
  const begun = runsBegun(run);
  if (!around.length && !begun.length) return null;
  return (
    <section class="card" aria-labelledby="lineage-title">
      <h2 id="lineage-title">Related runs</h2>
      <Runs runs={begun.length > MOST_SHOWN ? around : [...around, ...begun]} />
      {children}
      {begun.length > MOST_SHOWN && (
        <details>
          <summary>
            {begun.length === MOST_NAMED ? t`The first ` : ""}
            {begun.length} runs that it began
          </summary>
          <Runs runs={begun} />
        </details>
      )}
    </section>
  );
}

function Runs({ runs }: { runs: Related[] }) {
  return (
    <ul class="lineage">
      {runs.map(({ id, icon, says, status }) => (
        <li key={id}>
          <Icon name={icon} />
          <a href={`/runs/${id}`}>{says}</a>
          {status && <span class="quiet">{STATUS_LABELS[status]}</span>}
        </li>
      ))}
    </ul>
  );
}

function runsAround({ receipt, parentRunId, previousRunId, continuedAs, links }: Run): Related[] {
  const found: Related[] = [];
  if (parentRunId) found.push({ id: parentRunId, icon: "up", says: t`Begun by another run` });
  // A receipt's earlier run is no chain: it stands with the receipt.
  if (previousRunId && !receipt)
    found.push({ id: previousRunId, icon: "left", says: t`Goes on from the run before` });
  if (continuedAs) found.push({ id: continuedAs, icon: "right", says: t`Goes on as another run` });
  if (links?.splitOf)
    found.push({ id: links.splitOf.runId, icon: "up", says: t`Split off another document` });
  if (links?.joinedInto)
    found.push({ id: links.joinedInto.runId, icon: "up", says: t`Joined into one receipt` });
  for (const [at, photo] of (links?.photos ?? []).entries()) {
    found.push({
      id: photo.runId,
      icon: "down",
      says: t`Joined of: photo ${at + 1}`,
      status: photo.status,
    });
  }
  for (const [at, part] of (links?.parts ?? []).entries()) {
    found.push({
      id: part.runId,
      icon: "down",
      says: t`Split into: part ${at + 1}`,
      status: part.status,
    });
  }
  return found;
}

function runsBegun({ childRuns }: Run): Related[] {
  return (childRuns ?? []).map(({ runId, kind, status }, place, { length }) => ({
    id: runId,
    icon: "down",
    status: status as Status,
    says: t`Began: ${nameOfRun({ kind })}${length > 1 ? ` ${place + 1}` : ""}`,
  }));
}
