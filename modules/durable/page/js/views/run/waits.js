// @ts-check
/** What a run waits for, and until when; and the signals that it can be sent. */

import { html } from "htm/preact";
import { useEffect, useMemo, useState } from "preact/hooks";

import { ApiError, ConnectionError, getTimeline, sendSignal } from "../../api.js";
import { get } from "../../api/client.js";
import { moment } from "../../format.js";
import { nameOfRun } from "../../kinds.js";
import { Dialog } from "../../parts/dialog.js";
import { refusalOf } from "../../state/refusal.js";
import { showIfOver } from "../../state/report.js";
import { useRequest } from "../../state/request.js";
import { may } from "../../state/session.js";
import { fieldsOf, fieldText, readFields } from "../../values/schema.js";
import { ParamFields } from "../schedules/param-fields.js";
import { nameOf } from "./operating/timeline-words.js";

/** @import { Run, TimelineItem } from "../../api.js" */

/** Waits that the explanation has, with the button that ends them. */
const TOLD_ABOVE = ["operator", "pause"];

/** @typedef {{ name: string, payload: Record<string, unknown> }} Declared a signal, and the schema of what comes with it */

/** Nothing where it waits for nothing. @param {{ run: Run, onDone: (text: string) => void }} props */
export function Waits({ run, onDone }) {
  const waits = useWaits(run);
  const kinds = useRequest((signal) => get("/api/workflows", { signal }), []).answer?.items ?? [];
  const [asked, ask] = useState(/** @type {Declared | null} */ (null));
  const isLive = (run.status === "processing" || run.status === "needs_review") && !run.cancelRequested;
  const kind = kinds.find((each) => each.kind === run.kind);
  const signals = (isLive && kind?.contract.signals.filter(({ name }) => may(kind.allowed.signals[name] ?? "operate"))) || [];
  if (waits.length === 0 && signals.length === 0) return null;
  return html`
    <section class="card waits" aria-labelledby="waits-title">
      <h2 id="waits-title">${waits.length > 0 ? "It waits" : "Signals"}</h2>
      ${waits.length > 0 &&
      html`
        <dl class="facts">
          ${waits.map(
            (item, index) => html`
              <div key=${index}>
                <dt>${nameOf(item, run.kind)}</dt>
                <dd>${item.until ? html`until <time datetime=${item.until}>${moment(item.until)}</time> at the latest` : "without an end of its own"}</dd>
              </div>
            `,
          )}
        </dl>
      `}
      ${signals.length > 0 &&
      html`
        <div class="explanation-actions">
          ${signals.map(
            (declared) => html`
              <button type="button" key=${declared.name} class="button small" onClick=${() => ask(declared)}>
                Send “${nameOfRun({ kind: declared.name })}” …
              </button>
            `,
          )}
        </div>
      `}
      ${asked && html`<${Send} ...${{ run, declared: asked, onClose: () => ask(null), onDone }} />`}
    </section>
  `;
}

/** @param {{ run: Run, declared: Declared, onClose: () => void, onDone: (text: string) => void }} props */
function Send({ run, declared: { name, payload: schema }, onClose, onDone }) {
  const fields = useMemo(() => fieldsOf(schema), [name]);
  const [texts, setTexts] = useState(() => Object.fromEntries(fields.map((field) => [field.name, fieldText(field, field.initial)])));
  const [problems, setProblems] = useState(/** @type {Record<string, string>} */ ({}));
  const [problem, setProblem] = useState(/** @type {string | null} */ (null));
  const [isBusy, setBusy] = useState(false);
  // Sent again after a lost answer, it is the same signal.
  const key = useMemo(() => crypto.randomUUID(), [JSON.stringify(texts)]);

  async function send() {
    const { params: payload, problems: unread } = readFields(fields, texts);
    setProblems(unread);
    if (Object.keys(unread).length > 0) return;
    setBusy(true);
    setProblem(null);
    try {
      await sendSignal(run.id, name, { key, payload });
      onClose();
      onDone("The signal is sent.");
    } catch (error) {
      setBusy(false);
      if (showIfOver(error)) return;
      const refused = refusalOf(error, fields.map(({ name: each }) => each));
      setProblems(refused.problems);
      setProblem(refused.problem);
    }
  }

  const title = `Send “${nameOfRun({ kind: name })}”`;
  return html`
    <${Dialog} title=${title} action="Send it" ...${{ isBusy, problem, onClose, onAction: send }}>
      <p>It is kept until the run waits for it, and counts once.</p>
      <${ParamFields} ...${{ fields, texts, problems, onTexts: setTexts }} />
    <//>
  `;
}

/** @param {Run} run @returns {TimelineItem[]} the waits that are not over */
function useWaits(run) {
  const [items, setItems] = useState(/** @type {TimelineItem[]} */ ([]));
  useEffect(() => {
    const asking = new AbortController();
    getTimeline(run.id, { signal: asking.signal }).then(
      ({ timeline }) => {
        const open = (timeline?.items ?? []).filter(({ kind, endedAt }) => kind === "wait" && endedAt === null);
        setItems(open.filter(({ name }) => !TOLD_ABOVE.includes(name)));
      },
      (error) => {
        // The timeline below is drawn from the same, and goes without it too.
        if (!asking.signal.aborted && !(error instanceof ApiError) && !(error instanceof ConnectionError)) throw error;
      },
    );
    return () => asking.abort();
  }, [run]);
  return items;
}
