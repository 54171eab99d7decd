// @ts-check
/** Webhooks: the account's endpoints, what was sent to them, and sending it again. */

import { useState } from "preact/hooks";

import { del, get, onceOnly, patch, post } from "../api/client.js";
import { notify } from "../notifications/notices.js";
import { Dialog } from "../parts/dialog.js";
import { TextField } from "../parts/fields.js";
import { Form, FormDialog } from "../parts/form.js";
import { View, Waiting } from "../parts/view.js";
import { report } from "../state/report.js";
import { useRequest } from "../state/request.js";
import { may } from "../state/session.js";
import { field } from "../values/schema.js";
import { Deliveries } from "./deliveries.js";
import { Replays } from "./replays.js";
import { html, t } from "../words.js";

/** @import { Endpoint } from "../api/types.js" */

const WHY = { owner: "disabled", gone: t`disabled: it answered 410`, failing: t`disabled: it failed for days` };

export default function Webhooks() {
  const [times, setTimes] = useState(0);
  const again = () => setTimes((before) => before + 1);
  return html`
    <${View} title="Webhooks">
      ${may("administer") && html`<${Endpoints} onTried=${again} />`} ${may("operate") && html`<${Deliveries} times=${times} />`}
    <//>
  `;
}

/** @param {{ onTried: () => void }} props `onTried`: there may be new deliveries */
function Endpoints({ onTried }) {
  const { answer, problem, isLoading, ...endpoints } = useRequest((signal) => get("/api/endpoints", { signal }), []);
  const [secret, show] = useState(/** @type {string | null} */ (null));
  const again = () => {
    endpoints.again();
    onTried();
  };
  return html`
    <section class="card" aria-labelledby="endpoints-title">
      <h2 id="endpoints-title">Endpoints</h2>
      <${Waiting} problem=${problem} isLoading=${isLoading && !answer} onAgain=${endpoints.again} />
      ${answer?.items.length === 0 && html`<p class="quiet">There is none: nobody outside is told of anything.</p>`}
      <ul class="lines">
        ${answer?.items.map((each) => html`<${Endpoint} key=${each.id} endpoint=${each} again=${again} show=${show} />`)}
      </ul>
      <${Create} onMade=${(/** @type {string | null} */ made) => (show(made), again())} />
      ${secret && html`<${Secret} secret=${secret} onClose=${() => show(null)} />`}
    </section>
  `;
}

/** @param {{ endpoint: Endpoint, again: () => void, show: (secret: string | null) => void }} props */
function Endpoint({ endpoint, again, show }) {
  const { id, url, origin, topics, status, disabledWhy, failingSince } = endpoint;
  const [asks, ask] = useState(/** @type {"delete" | "rotate" | "replay" | null} */ (null));
  const path = { endpoint_id: id };
  const close = () => ask(null);
  const attempt = (/** @type {() => Promise<void>} */ act) => () => act().then(again, report);
  const toggle = attempt(async () => {
    await patch("/api/endpoints/{endpoint_id}", { enabled: status === "disabled" }, { path });
  });
  const test = attempt(async () => {
    const tested = await post("/api/endpoints/{endpoint_id}/test", null, { path, headers: onceOnly() });
    if (tested.state === "delivered") notify(t`The receiver answered ${tested.lastStatus}.`, { kind: "success" });
    else notify(t`It was not taken: ${tested.lastError}.`, { kind: "problem" });
  });
  const why = WHY[/** @type {keyof typeof WHY} */ (disabledWhy ?? "owner")];
  const isOwn = origin === "account";
  const note = [
    isOwn ? "" : t`of this deployment`,
    topics.length ? topics.join(", ") : t`all events`,
    status === "disabled" ? why : failingSince ? "failing" : "enabled",
  ];
  const action = (/** @type {string} */ label, /** @type {() => void} */ onClick, isDanger = false) => html`
    <button
      type="button"
      class=${`button small ${isDanger ? "danger" : ""}`}
      aria-label=${`${label.replace("…", "")}: ${url}`}
      onClick=${onClick}
    >
      ${label}
    </button>
  `;
  return html`
    <li class="line">
      <div class="line-text">
        <span class="line-title" style="overflow-wrap: anywhere">${url}</span>
        <span class="line-note">${note.filter(Boolean).join(" · ")}</span>
        <span class="line-actions">
          ${action(t`Test`, test)} ${action(status === "disabled" ? t`Enable` : t`Disable`, toggle)}
          ${status !== "disabled" && may("operate") && action(t`Past events…`, () => ask("replay"))}
          ${isOwn && action(t`New key…`, () => ask("rotate"))} ${isOwn && action(t`Delete…`, () => ask("delete"), true)}
        </span>
      </div>
      ${asks === "rotate" && html`<${Rotate} endpoint=${endpoint} onClose=${close} onMade=${(/** @type {string | null} */ made) => (show(made), again())} />`}
      ${asks === "replay" && html`<${Replays} endpoint=${endpoint} onClose=${close} onBegun=${again} />`}
      ${asks === "delete" && html`<${Delete} endpoint=${endpoint} onClose=${close} onDone=${again} />`}
    </li>
  `;
}

const FIELDS = [
  field("url", t`Address`, { placeholder: "https://…", maxLength: 2000 }),
  field("topics", t`Events`, { placeholder: t`all`, hint: t`Such as expense.*` }),
];

/** @param {{ onMade: (secret: string | null) => void }} props */
function Create({ onMade }) {
  const create = async (/** @type {import("../parts/form.js").Body} */ { url, topics }) => {
    const body = { url: url.trim(), topics: topics.split(/[\s,]+/).filter(Boolean) };
    onMade((await post("/api/endpoints", body, { headers: onceOnly() })).secret);
  };
  return html`<${Form} action="Add the endpoint" fields=${FIELDS} onSend=${create} />`;
}

/** @param {{ endpoint: Endpoint, onClose: () => void, onMade: (secret: string | null) => void }} props */
function Rotate({ endpoint, onClose, onMade }) {
  const rotate = async () => {
    const path = { endpoint_id: endpoint.id };
    onMade((await post("/api/endpoints/{endpoint_id}/rotate-secret", {}, { path, headers: onceOnly() })).secret);
  };
  return html`
    <${FormDialog} title="A new key?" action="Make the key" onSend=${rotate} onClose=${onClose}>
      <p>For a day what is sent bears the signatures of both keys. Put the new one into your receiver until then.</p>
    <//>
  `;
}

/** @param {{ endpoint: Endpoint, onClose: () => void, onDone: () => void }} props */
function Delete({ endpoint, onClose, onDone }) {
  const remove = () => del("/api/endpoints/{endpoint_id}", { path: { endpoint_id: endpoint.id } }).then(onDone);
  return html`
    <${FormDialog} title="Delete the endpoint?" action="Delete" isDanger=${true} onSend=${remove} onClose=${onClose}>
      <p>What is on its way to ${endpoint.url} is cancelled, and its key is forgotten.</p>
    <//>
  `;
}

/** @param {{ secret: string, onClose: () => void }} props */
function Secret({ secret, onClose }) {
  const attributes = { readOnly: true };
  return html`
    <${Dialog} title="The key of the endpoint" onClose=${onClose}>
      <p>Your receiver verifies what it gets with it. It is shown only now.</p>
      <${TextField} label="Key" value=${secret} onValue=${() => {}} attributes=${attributes} />
    <//>
  `;
}
