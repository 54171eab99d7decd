// @ts-check
/** Webhooks: the account's endpoints, what was sent to them, and sending it again. */

import { html } from "htm/preact";
import { useState } from "preact/hooks";

import { ApiError, del, get, onceOnly, patch, post } from "../api/client.js";
import { notify } from "../notifications/notices.js";
import { Dialog } from "../parts/dialog.js";
import { TextField } from "../parts/fields.js";
import { View, Waiting } from "../parts/view.js";
import { report } from "../state/report.js";
import { sentenceOf, useRequest } from "../state/request.js";
import { may } from "../state/session.js";
import { Deliveries } from "./deliveries.js";

/** @import { Endpoint } from "../api/types.js" */

const WHY = { owner: "disabled", gone: "disabled: it answered 410", failing: "disabled: it failed for days" };

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
  const [asks, ask] = useState(/** @type {"delete" | "rotate" | null} */ (null));
  const path = { endpoint_id: id };
  const close = () => ask(null);
  const attempt = (/** @type {() => Promise<void>} */ act) => () => act().then(again, report);
  const toggle = attempt(async () => {
    await patch("/api/endpoints/{endpoint_id}", { enabled: status === "disabled" }, { path });
  });
  const test = attempt(async () => {
    const tested = await post("/api/endpoints/{endpoint_id}/test", null, { path, headers: onceOnly() });
    if (tested.state === "delivered") notify(`The receiver answered ${tested.lastStatus}.`, { kind: "success" });
    else notify(`It was not taken: ${tested.lastError}.`, { kind: "problem" });
  });
  const why = WHY[/** @type {keyof typeof WHY} */ (disabledWhy ?? "owner")];
  const isOwn = origin === "account";
  const note = [
    isOwn ? "" : "of this deployment",
    topics.length ? topics.join(", ") : "all events",
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
          ${action("Test", test)} ${action(status === "disabled" ? "Enable" : "Disable", toggle)}
          ${isOwn && action("New key…", () => ask("rotate"))} ${isOwn && action("Delete…", () => ask("delete"), true)}
        </span>
      </div>
      ${asks === "rotate" && html`<${Rotate} endpoint=${endpoint} onClose=${close} onMade=${(/** @type {string | null} */ made) => (show(made), again())} />`}
      ${asks === "delete" && html`<${Delete} endpoint=${endpoint} onClose=${close} onDone=${again} />`}
    </li>
  `;
}

/** @param {{ onMade: (secret: string | null) => void }} props */
function Create({ onMade }) {
  const [url, setUrl] = useState("");
  const [topics, setTopics] = useState("");
  const [problem, setProblem] = useState(/** @type {string | null} */ (null));
  async function create(/** @type {Event} */ event) {
    event.preventDefault();
    setProblem(null);
    const wanted = topics.split(/[\s,]+/).filter(Boolean);
    try {
      const made = await post("/api/endpoints", { url: url.trim(), topics: wanted }, { headers: onceOnly() });
      setUrl("");
      setTopics("");
      onMade(made.secret);
    } catch (error) {
      if (error instanceof ApiError) setProblem(sentenceOf(error));
      else report(error);
    }
  }
  return html`
    <form class="fields-row" novalidate onSubmit=${create}>
      <${TextField} label="Address" value=${url} onValue=${setUrl} placeholder="https://…" maxLength=${2000} problem=${problem} />
      <${TextField} label="Events" value=${topics} onValue=${setTopics} placeholder="all" hint="Such as expense.*" />
      <button type="submit" class="button">Add the endpoint</button>
    </form>
  `;
}

/** @param {{ endpoint: Endpoint, onClose: () => void, onMade: (secret: string | null) => void }} props */
function Rotate({ endpoint, onClose, onMade }) {
  const [problem, setProblem] = useState(/** @type {string | null} */ (null));
  async function rotate() {
    const path = { endpoint_id: endpoint.id };
    try {
      const made = await post("/api/endpoints/{endpoint_id}/rotate-secret", {}, { path, headers: onceOnly() });
      onClose();
      onMade(made.secret);
    } catch (error) {
      setProblem(sentenceOf(error));
    }
  }
  return html`
    <${Dialog} title="A new key?" action="Make the key" problem=${problem} onClose=${onClose} onAction=${rotate}>
      <p>For a day what is sent bears the signatures of both keys. Put the new one into your receiver until then.</p>
    <//>
  `;
}

/** @param {{ endpoint: Endpoint, onClose: () => void, onDone: () => void }} props */
function Delete({ endpoint, onClose, onDone }) {
  const [problem, setProblem] = useState(/** @type {string | null} */ (null));
  async function remove() {
    try {
      await del("/api/endpoints/{endpoint_id}", { path: { endpoint_id: endpoint.id } });
      onClose();
      onDone();
    } catch (error) {
      setProblem(sentenceOf(error));
    }
  }
  const asked = { title: "Delete the endpoint?", action: "Delete", isDanger: true, problem };
  return html`
    <${Dialog} ...${asked} onClose=${onClose} onAction=${remove}>
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
