// @ts-check
/** Whether the audit is as it was sealed, and checking that now. */

import { useEffect, useRef, useState } from "preact/hooks";

import { get, post } from "../api/client.js";
import { counted } from "../format.js";
import { Moment } from "../parts/values.js";
import { Waiting } from "../parts/view.js";
import { showIfOver } from "../state/report.js";
import { sentenceOf, useRequest } from "../state/request.js";
import { html, t } from "../words.js";

/** @import { SealState } from "../api/types.js" */

/** @typedef {{ done: number, of: number, isOver: boolean, findings: string[], elsewhere: number, problem: string | null }} Check */

const NEVER = /** @type {Check} */ ({ done: 0, of: 0, isOver: false, findings: [], elsewhere: 0, problem: null });

export function Seals() {
  const { answer, problem, isLoading, again } = useRequest((signal) => get("/api/audit/seals", { signal }), []);
  const [check, setCheck] = useState(/** @type {Check | null} */ (null));
  const isShown = useRef(true);
  useEffect(() => () => void (isShown.current = false), []);

  async function checkAll() {
    let known = { ...NEVER, of: answer?.seals ?? 0 };
    setCheck(known);
    let from = /** @type {number | null} */ (1);
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

  if (!answer) return html`<${Waiting} ...${{ problem, isLoading, onAgain: again }} />`;
  const isBusy = check !== null && !check.isOver && check.problem === null;
  return html`
    <section class="card audit-seals" aria-labelledby="seals-title">
      <div class="audit-head">
        <h2 id="seals-title">Seals</h2>
        <button type="button" class="button" disabled=${isBusy} onClick=${checkAll}>Verify now</button>
      </div>
      <${State} of=${answer} />
      <div role="status">${check && html`<${Result} of=${check} />`}</div>
    </section>
  `;
}

/** @param {{ of: SealState }} props */
function State({ of: { isSealing, seals, sealedAt, waiting, isIntact } }) {
  if (!isSealing && seals === 0) return html`<p>The audit is not sealed here. The operator can set a key for it.</p>`;
  return html`
    <p>
      Each minute a seal is put on what is new, so that nobody can change, remove or add an entry unseen.
      ${sealedAt && html`${" "}There are ${counted(seals, "seal")}, the last of <${Moment} at=${sealedAt} />.`}
      ${waiting > 0 && html`${" "}${counted(waiting, "new entry", "new entries")} will be sealed next.`}
    </p>
    ${isIntact
      ? html`<p class="audit-good">The regular check has found nothing wrong.</p>`
      : html`<p class="form-problem" role="alert">The regular check has found something wrong. Tell the operator.</p>`}
  `;
}

/** @param {{ of: Check }} props */
function Result({ of: { done, of, isOver, findings, elsewhere, problem } }) {
  if (problem) return html`<p class="form-problem">${problem}</p>`;
  if (!isOver) return html`<p>Verifying: ${done} of ${of} seals …</p>`;
  if (findings.length === 0 && elsewhere === 0) {
    return html`<p class="audit-good">${counted(done, "seal")} verified. No entry was changed, removed or added since it was sealed.</p>`;
  }
  return html`
    <div class="form-problem">
      <p>Something does not agree with the seals. Tell the operator, and keep this result.</p>
      <ul>${findings.map((each) => html`<li key=${each}>${each}</li>`)}</ul>
      ${elsewhere > 0 && html`<p>${t`${elsewhere} findings are about other accounts of this deployment.`}</p>`}
    </div>
  `;
}
