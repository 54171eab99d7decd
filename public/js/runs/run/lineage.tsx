/**
 * Where a run comes from, and what comes of it: the run that began it, those of its chain, and
 * those that it began.
 */

import { counted } from "../../format.ts";
import { nameOfRun } from "../../kinds.ts";
import { stateOfStatus } from "../../labels.ts";
import { Icon } from "../../parts/icon.tsx";
import { pageOfReceipt } from "../../receipts/address.ts";
import { t } from "../../words.ts";
import type { ComponentChildren } from "preact";
import type { Run, Status } from "../../api.ts";

type Related = {
  id: string;
  /** of its page */
  href: string;
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
      <h2 id="lineage-title">{run.receipt ? t`Related documents` : t`Related runs`}</h2>
      <Runs runs={begun.length > MOST_SHOWN ? around : [...around, ...begun]} />
      {children}
      {begun.length > MOST_SHOWN && (
        <details>
          <summary>
            {begun.length === MOST_NAMED ? t`The first ` : ""}
            {counted(begun.length, "run that it began", "runs that it began")}
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
      {runs.map(({ id, href, icon, says, status }) => (
        <li key={id}>
          <Icon name={icon} />
          <a href={href}>{says}</a>
          {status && <span class="quiet">{stateOfStatus(status).text}</span>}
        </li>
      ))}
    </ul>
  );
}

function runsAround({ receipt, parentRunId, previousRunId, continuedAs, links }: Run): Related[] {
  const found: Related[] = [];
  if (parentRunId) found.push(related(parentRunId, "up", t`Begun by another run`));
  // A receipt's earlier run is no chain: it stands with the receipt.
  if (previousRunId && !receipt)
    found.push(related(previousRunId, "left", t`Goes on from the run before`));
  if (continuedAs) found.push(related(continuedAs, "right", t`Goes on as another run`));
  if (links?.splitOf)
    found.push(document(links.splitOf.runId, "up", t`Split off another document`));
  if (links?.joinedInto)
    found.push(document(links.joinedInto.runId, "up", t`Joined into one receipt`));
  for (const [at, { runId, status }] of (links?.photos ?? []).entries())
    found.push({ ...document(runId, "down", t`Joined of: photo ${at + 1}`), status });
  for (const [at, { runId, status }] of (links?.parts ?? []).entries())
    found.push({ ...document(runId, "down", t`Split into: part ${at + 1}`), status });
  return found;
}

function related(id: string, icon: Related["icon"], says: string): Related {
  return { id, href: `/runs/${id}`, icon, says };
}

/** @param id of the run that reads it */
function document(id: string, icon: Related["icon"], says: string): Related {
  return { id, href: pageOfReceipt(id), icon, says };
}

function runsBegun({ childRuns }: Run): Related[] {
  return (childRuns ?? []).map(({ runId, kind, status }, place, { length }) => ({
    ...related(runId, "down", t`Began: ${nameOfRun({ kind })}${length > 1 ? ` ${place + 1}` : ""}`),
    status: status as Status,
  }));
}
