/** The tab of what reading a document did: its steps, its times, and what can be done with it. */

import { isTroubled } from "../../runs/run/operations/explanation-words.ts";
import { Explanation } from "../../runs/run/operations/explanation.tsx";
import { Timeline } from "../../runs/run/operations/timeline.tsx";
import { Lost } from "../../runs/run/lost.tsx";
import { Steps } from "../../runs/run/steps.tsx";
import type { ComponentChildren } from "preact";
import type { Run } from "../../api.ts";
import type { Followed } from "../../runs/run/use-run.ts";

/** What went wrong stands above the tabs: a person is to read it first. */
export function Trouble({ run, onAsk }: { run: Run; onAsk: Followed["ask"] }) {
  return isTroubled(run) ? <Explanation run={run} onAsk={onAsk} /> : null;
}

/** `children` stand first. `Trouble` says what is wrong with the run, not this part. */
export function Processing({
  run,
  onAsk,
  children,
}: {
  run: Run;
  onAsk: Followed["ask"];
  children?: ComponentChildren;
}) {
  return (
    <div class="processing">
      {children}
      <Lost run={run} />
      <Steps run={run} />
      {!run.archiveLost && <Timeline run={run} />}
      {!isTroubled(run) && <Explanation run={run} onAsk={onAsk} />}
    </div>
  );
}
