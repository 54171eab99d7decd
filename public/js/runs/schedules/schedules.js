// @ts-check
/** Runs that are begun by time: of every kind, when next, what became of the last, and what can be done with each. */

import { useState } from "preact/hooks";

import { get } from "../../api/client.js";
import { nameOfRun } from "../../kinds.js";
import { notify } from "../../notifications/notices.js";
import { Empty, View, Waiting } from "../../parts/view.js";
import { report } from "../../state/report.js";
import { useRequest } from "../../state/request.js";
import { became, DeleteSchedule, mayDelete, mayKeep, pauseOrResume, runNow, ScheduleHistory } from "./keeping.js";
import { momentIn } from "./next.js";
import { ScheduleDialog } from "./schedule-dialog.js";
import { html, t } from "../../words.js";

/** @import { Schedule } from "../../api/types.js" */

const DIALOGS = { change: ScheduleDialog, delete: DeleteSchedule, history: ScheduleHistory };

/** Who made what the code of a kind declares: it can be paused and run, and nothing else. */
const IN_CODE = "code";

/** @typedef {keyof typeof DIALOGS} Act */

export default function Schedules() {
  const schedules = useRequest((signal) => get("/api/schedules", { signal }), []);
  const kinds = useRequest((signal) => get("/api/workflows", { signal }), []).answer?.items ?? [];
  const [asked, ask] = useState(/** @type {{ act: Act, shown: Schedule } | "make" | null} */ (null));
  const onClose = () => ask(null);
  const onDone = () => (ask(null), schedules.again());
  const mayMake = kinds.some(({ schedule }) => schedule && mayKeep(schedule.permission));
  const actions = mayMake && html`<button type="button" class="button" onClick=${() => ask("make")}>New schedule …</button>`;
  const items = schedules.answer?.items;
  return html`
    <${View} title="Schedules" actions=${actions}>
      ${!items && html`<${Waiting} problem=${schedules.problem} isLoading=${schedules.isLoading} onAgain=${schedules.again} />`}
      ${items?.length === 0 && html`<${Empty} icon="calendar" title="No schedules yet"><p>A schedule begins runs by itself, such as one each morning.</p><//>`}
      <ul class="lines" aria-label="Schedules">
        ${items?.map((shown) => {
          const permission = kinds.find(({ kind }) => kind === shown.kind)?.schedule?.permission ?? null;
          const isOurs = shown.createdBy !== IN_CODE;
          const may = { isKept: mayKeep(permission, shown.forAllAccounts), isGoing: isOurs && mayDelete(shown, kinds) };
          return html`<${Line} key=${shown.id} ...${{ shown, ...may }} again=${schedules.again} onAsk=${(/** @type {Act} */ act) => ask({ act, shown })} />`;
        })}
      </ul>
      ${asked === "make" && html`<${ScheduleDialog} onClose=${onClose} onDone=${onDone} />`}
      ${asked && asked !== "make" && html`<${DIALOGS[asked.act]} ...${{ shown: asked.shown, onClose, onDone }} />`}
    <//>
  `;
}

/** @param {{ shown: Schedule, isKept: boolean, isGoing: boolean, again: () => void, onAsk: (act: Act) => void }} props */
function Line({ shown, isKept, isGoing, again, onAsk }) {
  const { name, kind, inWords, timeZone, nextTick, last, forAllAccounts, paused, createdBy } = shown;
  const run = () => runNow(shown).then(() => (notify(t`It is begun.`, { kind: "success" }), again()), report);
  const pause = () => pauseOrResume(shown).then(again, report);
  const button = (/** @type {string} */ label, /** @type {string} */ says, /** @type {() => void} */ onClick, more = "") =>
    html`<button type="button" class=${`button small ${more}`} aria-label=${says} onClick=${onClick}>${label}</button>`;
  return html`
    <li class="line schedule-line">
      <div class="line-text">
        <span class="line-title">${name}</span>
        <span class="line-note">
          ${nameOfRun({ kind })}${forAllAccounts && t` for all accounts`}${createdBy === IN_CODE && t`, declared in the code`} · ${inWords}, ${timeZone} ·
          ${" "}${nextTick ? t`next on ${momentIn(nextTick, timeZone)}` : "paused"}
          ${last && html`<br />${became(last)}`}
        </span>
        <span class="line-actions">
          ${isKept && button(t`Run now`, t`Run now: ${name}`, run)}
          ${isKept && button(paused ? t`Resume` : t`Pause`, `${paused ? t`Resume` : t`Pause`} ${name}`, pause)}
          ${isKept && createdBy !== IN_CODE && button(t`Change …`, t`Change ${name}`, () => onAsk("change"))}
          ${button(t`History …`, t`History of ${name}`, () => onAsk("history"))}
          ${isGoing && button(t`Delete …`, t`Delete ${name}`, () => onAsk("delete"), "danger")}
        </span>
      </div>
    </li>
  `;
}
