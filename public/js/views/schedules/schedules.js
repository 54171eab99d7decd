// @ts-check
/** Runs that are begun by time: of every kind, when next, what became of the last, and what can be done with each. */

import { html } from "htm/preact";
import { useState } from "preact/hooks";

import { get } from "../../api/client.js";
import { nameOfRun } from "../../kinds.js";
import { announce } from "../../notices.js";
import { Empty, View, Waiting } from "../../parts/view.js";
import { report } from "../../state/report.js";
import { useRequest } from "../../state/request.js";
import { became, DeleteSchedule, mayDelete, mayKeep, pauseOrResume, runNow, ScheduleHistory } from "./keeping.js";
import { momentIn } from "./next.js";
import { ScheduleDialog } from "./schedule-dialog.js";

/** @import { ScheduleShape } from "../../api/types.js" */

/** @typedef {"make" | "change" | "delete" | "history"} Act */

export default function Schedules() {
  const schedules = useRequest((signal) => get("/api/schedules", { signal }), []);
  const kinds = useRequest((signal) => get("/api/workflows", { signal }), []).answer?.items ?? [];
  const [asked, ask] = useState(/** @type {{ act: Act, shown?: ScheduleShape } | null} */ (null));
  const onClose = () => ask(null);
  const onDone = () => (ask(null), schedules.again());
  const permissionOf = (/** @type {string} */ name) => kinds.find(({ kind }) => kind === name)?.schedule?.permission ?? null;
  const mayMake = kinds.some(({ schedule }) => schedule && mayKeep(schedule.permission));
  const actions = mayMake && html`<button type="button" class="button" onClick=${() => ask({ act: "make" })}>New schedule …</button>`;
  const items = schedules.answer?.items;
  const dialog = asked?.shown ? { shown: asked.shown, onClose, onDone } : null;
  return html`
    <${View} title="Schedules" actions=${actions}>
      ${!items && html`<${Waiting} problem=${schedules.problem} isLoading=${schedules.isLoading} onAgain=${schedules.again} />`}
      ${items?.length === 0 && html`<${Empty} icon="list" title="Nothing is begun by time"><p>A schedule begins runs by itself, such as an export each month.</p><//>`}
      <ul class="lines" aria-label="Schedules">
        ${items?.map((shown) => {
          const isKept = mayKeep(permissionOf(shown.kind), shown.forAllAccounts);
          return html`<${Line} key=${shown.id} ...${{ shown, isKept, isGoing: mayDelete(shown, kinds) }} again=${schedules.again} onAsk=${(/** @type {Act} */ act) => ask({ act, shown })} />`;
        })}
      </ul>
      ${asked?.act === "make" && html`<${ScheduleDialog} onClose=${onClose} onDone=${onDone} />`}
      ${asked?.act === "change" && html`<${ScheduleDialog} ...${dialog} />`}
      ${asked?.act === "delete" && html`<${DeleteSchedule} ...${dialog} />`}
      ${asked?.act === "history" && html`<${ScheduleHistory} ...${dialog} />`}
    <//>
  `;
}

/** @param {{ shown: ScheduleShape, isKept: boolean, isGoing: boolean, again: () => void, onAsk: (act: Act) => void }} props */
function Line({ shown, isKept, isGoing, again, onAsk }) {
  const { name, kind, inWords, timeZone, nextTick, last, forAllAccounts } = shown;
  const run = () => runNow(shown).then(() => (announce("It is begun."), again()), report);
  const pause = () => pauseOrResume(shown).then(again, report);
  const pausing = shown.paused ? "Resume" : "Pause";
  return html`
    <li class="line export-line">
      <div class="line-text">
        <span class="line-title">${name}</span>
        <span class="line-note">
          ${nameOfRun({ kind })}${forAllAccounts && " for all accounts"} · ${inWords}, ${timeZone} ·
          ${" "}${nextTick ? `next on ${momentIn(nextTick, timeZone)}` : "paused"}
        </span>
        ${last && html`<span class="line-note">${became(last)}</span>`}
        <span class="line-actions">
          ${isKept &&
          html`
            <button type="button" class="button small" aria-label=${`Run ${name} now`} onClick=${run}>Run now</button>
            <button type="button" class="button small" aria-label=${`${pausing} ${name}`} onClick=${pause}>${pausing}</button>
            <button type="button" class="button small" aria-label=${`Change ${name}`} onClick=${() => onAsk("change")}>Change …</button>
          `}
          <button type="button" class="button small" aria-label=${`History of ${name}`} onClick=${() => onAsk("history")}>History …</button>
          ${isGoing &&
          html`<button type="button" class="button small danger" aria-label=${`Delete ${name}`} onClick=${() => onAsk("delete")}>Delete …</button>`}
        </span>
      </div>
    </li>
  `;
}
