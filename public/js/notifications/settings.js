// @ts-check
/** Settings: what whoever is signed in is told, how, and where mail to them goes. */

import { useState } from "preact/hooks";

import { ApiError, del, get, put } from "../api/client.js";
import { nameOfThisDevice } from "../api/passkeys.js";
import { notify } from "./notices.js";
import { useLoaded } from "../shell/loaded.js";
import { TextField } from "../parts/fields.js";
import { View, Waiting } from "../parts/view.js";
import { report } from "../state/report.js";
import { sentenceOf, useRequest } from "../state/request.js";
import { html, t } from "../words.js";

/** @import { NoticeChoices, NoticeChoice, MailAddress } from "../api/types.js" */

/** @type {Record<string, string>} */
const STOPPED = {
  bounced: t`Mail to it came back, so nothing is sent there. If it works again, give it once more.`,
  complained: t`Mail to it was reported as spam, so nothing is sent there. Give another address.`,
};

const loadDevices = () => import("./devices.js");

export default function Notices() {
  const { answer, problem, isLoading, again, set } = useRequest(
    (signal) => get("/api/notices/choices", { signal }),
    [],
  );
  const Devices = useLoaded(loadDevices);
  return html`
    <${View} title="Notices">
      <p class="quiet">What you are told, in the app and by mail. It holds for you alone, from now on.</p>
      <${Waiting} problem=${problem} isLoading=${isLoading && !answer} onAgain=${again} />
      ${answer && html`<${Choices} answer=${answer} onAnswer=${set} />`}
      ${answer && Devices && html`<${Devices} name=${nameOfThisDevice()} />`}
      ${answer && html`<${Address} mail=${answer.mail} onChange=${again} />`}
    <//>
  `;
}

/** @param {{ answer: NoticeChoices, onAnswer: (answer: NoticeChoices) => void }} props */
function Choices({ answer, onAnswer }) {
  const canMail = answer.mail.address !== null && answer.mail.stopped === null;
  /** @param {NoticeChoice} choice */
  async function choose({ topic, inApp, byMail }) {
    try {
      onAnswer(await put("/api/notices/choices", { topic, inApp, byMail }));
    } catch (error) {
      report(error);
    }
  }
  return html`
    <section class="card" aria-labelledby="told-title">
      <h2 id="told-title">What you are told</h2>
      ${!canMail && html`<p class="quiet">Mail is sent once you have a confirmed address. Until then, all is told in the app.</p>`}
      <ul class="lines">
        ${answer.items.map((choice) => html`<${Choice} key=${choice.topic} choice=${choice} onChoose=${choose} />`)}
      </ul>
    </section>
  `;
}

/** @param {{ choice: NoticeChoice, onChoose: (choice: NoticeChoice) => void }} props */
function Choice({ choice, onChoose }) {
  const box = (/** @type {"inApp" | "byMail"} */ name, /** @type {string} */ label) => html`
    <label>
      <input
        type="checkbox"
        checked=${choice[name]}
        aria-label=${`${choice.title}: ${label}`}
        onChange=${(/** @type {Event} */ event) =>
          onChoose({ ...choice, [name]: /** @type {HTMLInputElement} */ (event.target).checked })}
      />
      ${` ${label} `}
    </label>
  `;
  return html`
    <li class="line">
      <div class="line-text">
        <span class="line-title">${choice.title}</span>
        <span class="line-actions">${box("inApp", t`In the app`)} ${choice.mayMail && box("byMail", t`By mail`)}</span>
      </div>
    </li>
  `;
}

/** @param {{ mail: MailAddress, onChange: () => void }} props */
function Address({ mail, onChange }) {
  const [address, setAddress] = useState("");
  const [problem, setProblem] = useState(/** @type {string | null} */ (null));
  const [isBusy, setBusy] = useState(false);
  async function give(/** @type {Event} */ event) {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      await put("/api/mail-address", { address: address.trim() });
      notify(t`A link is on its way. The address is yours once you have used it.`, { kind: "success" });
      setAddress("");
      onChange();
    } catch (error) {
      const field = error instanceof ApiError ? error.fieldErrors[0] : undefined;
      setProblem(field?.message ?? sentenceOf(error));
    } finally {
      setBusy(false);
    }
  }
  async function remove() {
    try {
      await del("/api/mail-address");
      notify(t`Nothing is mailed to you any more.`, { kind: "success" });
      onChange();
    } catch (error) {
      report(error);
    }
  }
  const field = { label: t`Mail address`, value: address, onValue: setAddress, maxLength: 254, problem };
  return html`
    <section class="card" aria-labelledby="address-title">
      <h2 id="address-title">Your mail address</h2>
      ${mail.address && html`<p id="mail-address">${mail.address}</p>`}
      ${mail.stopped && html`<p class="form-problem">${STOPPED[mail.stopped]}</p>`}
      ${mail.pending && html`<p id="mail-pending">${mail.pending} waits for the link that was mailed there to be used.</p>`}
      ${mail.pendingStopped && html`<p class="form-problem">${STOPPED[mail.pendingStopped]}</p>`}
      ${mail.isOffered
        ? html`
            <form class="one-field" novalidate onSubmit=${give}>
              <${TextField} ...${field} attributes=${{ type: "email", autocomplete: "email", inputmode: "email" }} />
              <button type="submit" class="button" disabled=${isBusy}>Mail me a link</button>
            </form>
          `
        : html`<p class="quiet">This deployment sends no mail.</p>`}
      ${(mail.address || mail.pending) &&
      html`<button type="button" class="button" onClick=${remove}>Take the address away</button>`}
    </section>
  `;
}
