/** What a run waits for, and until when; and the signals that it can be sent. */

import { useState } from "preact/hooks";

import { get } from "../../api/client.ts";
import { moment } from "../../format.ts";
import { nameOfRun } from "../../kinds.ts";
import { lazy } from "../../parts/lazy.ts";
import { useRequest } from "../../state/request.ts";
import { may } from "../../state/session.ts";
import { t } from "../../words.ts";
import { waitLabel } from "./operations/plain-words.ts";
import type { Run } from "../../api.ts";

// Asked for by a button.
const Send = lazy(() => import("./send-signal.tsx").then((module) => module.Send));

/** A signal, and the schema of what comes with it */
export type Declared = { name: string; payload: Record<string, unknown> };

/** Nothing where it waits for nothing, and can be sent nothing. */
export function Waits({ run, onDone }: { run: Run; onDone: (text: string) => void }) {
  const wait = waitOf(run);
  const signals = useSignals(run);
  const [asked, ask] = useState<Declared | null>(null);
  if (!wait && signals.length === 0) return null;
  return (
    <section class="card waits" aria-labelledby="waits-title">
      <h2 id="waits-title">{wait ? t`It waits` : t`Signals`}</h2>
      {wait && (
        <dl class="facts">
          <div>
            <dt>{wait.name}</dt>
            <dd>
              {wait.until ? (
                <>
                  until <time datetime={wait.until}>{moment(wait.until)}</time> at the latest
                </>
              ) : (
                t`without an end of its own`
              )}
            </dd>
          </div>
        </dl>
      )}
      {signals.length > 0 && (
        <div class="explanation-actions">
          {signals.map((declared) => (
            <button
              type="button"
              key={declared.name}
              class="button small"
              onClick={() => ask(declared)}
            >
              Send “{nameOfRun({ kind: declared.name })}” …
            </button>
          ))}
        </div>
      )}
      {asked && <Send run={run} declared={asked} onClose={() => ask(null)} onDone={onDone} />}
    </section>
  );
}

/** What it waits for, beside an operator and who resumes it, of whom it tells elsewhere. */
function waitOf({
  kind,
  status,
  review,
  waitsFor,
}: Pick<Run, "kind" | "status" | "review" | "waitsFor">): {
  name: string;
  until: string | null;
} | null {
  if (status === "needs_review" && review && !review.decision)
    return { name: t`Wait for a person`, until: review.deadline };
  if (!waitsFor) return null;
  const names = {
    timer: t`Sleep: “${waitsFor.name}”`,
    signal: waitLabel(kind, waitsFor.name),
    child: t`Wait for another run`,
  };
  return {
    name: names[waitsFor.kind as keyof typeof names] ?? waitsFor.kind,
    until: waitsFor.until,
  };
}

/** Those that whoever is signed in may send it now. */
function useSignals({ kind, status, cancelRequested }: Run): Declared[] {
  const isOpen =
    may("operate") && (status === "processing" || status === "needs_review") && !cancelRequested;
  const { answer } = useRequest(
    async (signal) => (isOpen ? get("/api/workflows", { signal }) : null),
    [isOpen],
  );
  const found = isOpen ? answer?.items.find((each) => each.kind === kind) : null;
  if (!found) return [];
  return found.contract.signals.filter(
    ({ name }) => !found.ownSignals.includes(name) && may(found.allowed.signals[name] ?? "operate"),
  );
}
