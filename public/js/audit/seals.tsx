/** Whether the audit is as it was sealed, and checking that now. */

import { useEffect, useRef, useState } from "preact/hooks";

import { get, post } from "../api/client.ts";
import { counted } from "../format.ts";
import { Moment } from "../parts/values.tsx";
import { Waiting } from "../parts/view.tsx";
import { showIfOver } from "../state/report.ts";
import { sentenceOf, useRequest } from "../state/request.ts";
import type { SealState } from "../api/types.d.ts";

type Check = {
  done: number;
  of: number;
  isOver: boolean;
  findings: string[];
  elsewhere: number;
  problem: string | null;
};

const NEVER = { done: 0, of: 0, isOver: false, findings: [], elsewhere: 0, problem: null } as Check;

export function Seals() {
  const { answer, problem, isLoading, again } = useRequest(
    (signal) => get("/api/audit/seals", { signal }),
    [],
  );
  const [check, setCheck] = useState<Check | null>(null);
  const isShown = useRef(true);
  useEffect(
    () => () => {
      isShown.current = false;
    },
    [],
  );

  async function checkAll() {
    let known = { ...NEVER, of: answer?.seals ?? 0 };
    setCheck(known);
    let from = 1 as number | null;
    try {
      while (from !== null && isShown.current) {
        const page = await post("/api/audit/seals/check", null, { query: { fromSeal: from } });
        from = page.nextSeal;
        known = {
          ...known,
          done: known.done + page.checked,
          of: page.seals,
          findings: [...known.findings, ...page.findings],
          elsewhere: known.elsewhere + page.elsewhere,
        };
        setCheck(known);
      }
      setCheck({ ...known, isOver: true });
      again();
    } catch (error) {
      if (!showIfOver(error)) setCheck({ ...known, problem: sentenceOf(error) });
    }
  }

  if (!answer) return <Waiting problem={problem} isLoading={isLoading} onAgain={again} />;
  const isBusy = check !== null && !check.isOver && check.problem === null;
  return (
    <section class="card audit-seals" aria-labelledby="seals-title">
      <div class="audit-head">
        <h2 id="seals-title">Seals</h2>
        <button type="button" class="button" disabled={isBusy} onClick={checkAll}>
          Verify now
        </button>
      </div>
      <State of={answer} />
      <div role="status">{check && <Result of={check} />}</div>
    </section>
  );
}

function State({ of: { isSealing, seals, sealedAt, waiting, isIntact } }: { of: SealState }) {
  if (!isSealing && seals === 0)
    return <p>The audit is not sealed here. The operator can set a key for it.</p>;
  return (
    <>
      <p>
        Each minute a seal is put on what is new, so that nobody can change, remove or add an entry
        unseen.
        {sealedAt && (
          <>
            {" "}
            There are {counted(seals, "seal")} (the last one: <Moment at={sealedAt} />
            ).
          </>
        )}
        {waiting > 0 && <> {counted(waiting, "new event", "new events")} will be sealed next.</>}
      </p>
      {isIntact ? (
        <p class="audit-good">The regular check has found nothing wrong.</p>
      ) : (
        <p class="form-problem" role="alert">
          The regular check has found something wrong. Tell the operator.
        </p>
      )}
    </>
  );
}

function Result({ of: { done, of, isOver, findings, elsewhere, problem } }: { of: Check }) {
  if (problem) return <p class="form-problem">{problem}</p>;
  if (!isOver)
    return (
      <p>
        Verifying: {done} of {of} seals …
      </p>
    );
  if (findings.length === 0 && elsewhere === 0) {
    return (
      <p class="audit-good">
        {counted(done, "seal")} verified. No entry was changed, removed or added since it was
        sealed.
      </p>
    );
  }
  return (
    <div class="form-problem">
      <p>Something does not agree with the seals. Tell the operator, and keep this result.</p>
      <ul>
        {findings.map((each) => (
          <li key={each}>{each}</li>
        ))}
      </ul>
      {elsewhere > 0 && (
        <p>
          {counted(
            elsewhere,
            "finding is about other accounts of this deployment.",
            "findings are about other accounts of this deployment.",
          )}
        </p>
      )}
    </div>
  );
}
