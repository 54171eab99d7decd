// @ts-check
/** The people of the account, for its owners: invited, let in again, locked out. */

import { html } from "htm/preact";
import { useState } from "preact/hooks";

import { ApiError, del, get, onceOnly, post } from "../../api/client.js";
import { moment } from "../../format.js";
import { notify } from "../../notices.js";
import { Dialog } from "../../parts/dialog.js";
import { SelectField, TextField } from "../../parts/fields.js";
import { Waiting } from "../../parts/view.js";
import { report } from "../../state/report.js";
import { sentenceOf, useRequest } from "../../state/request.js";
import { session } from "../../state/session.js";

/** @import { LinkShape, AccountPersonShape } from "../../api/types.js" */
/** @typedef {{ person: AccountPersonShape, act: "link" | "lockOut" }} Chosen */

const ROLES = [
  { value: "member", label: "Member" },
  { value: "owner", label: "Owner" },
];

export function People() {
  const { answer, problem, isLoading, again } = useRequest((signal) => get("/api/people", { signal }), []);
  const [chosen, choose] = useState(/** @type {Chosen | null} */ (null));
  const [link, show] = useState(/** @type {{ name: string, link: LinkShape } | null} */ (null));
  const made = (/** @type {string} */ name, /** @type {LinkShape} */ fresh) => {
    show({ name, link: fresh });
    again();
  };
  const close = () => choose(null);
  return html`
    <section class="card" aria-labelledby="people-title">
      <h2 id="people-title">People</h2>
      <${Waiting} problem=${problem} isLoading=${isLoading && !answer} onAgain=${again} />
      <ul class="lines">
        ${answer?.items.map(
          (person) => html`<${Person} key=${person.id} person=${person} choose=${choose} onChange=${again} />`,
        )}
      </ul>
      <${Invite} onMade=${made} />
      ${chosen?.act === "link" && html`<${LetIn} person=${chosen.person} onClose=${close} onMade=${made} />`}
      ${chosen?.act === "lockOut" && html`<${LockOut} person=${chosen.person} onClose=${close} onDone=${again} />`}
      ${link && html`<${Link} ...${link} onClose=${() => show(null)} />`}
    </section>
  `;
}

/** @param {{ person: AccountPersonShape, choose: (chosen: Chosen) => void, onChange: () => void }} props */
function Person({ person, choose, onChange }) {
  const { id, name, role, passkeys, openLinks } = person;
  async function takeBack() {
    try {
      await del("/api/people/{user_id}/links", { path: { user_id: id } });
      notify(`No link lets ${name} in any more.`, { kind: "success" });
      onChange();
    } catch (error) {
      report(error);
    }
  }
  const has = passkeys === 1 ? "one passkey" : passkeys ? `${passkeys} passkeys` : "no passkey";
  const links = openLinks === 1 ? "a link that was not used yet" : openLinks ? `${openLinks} unused links` : "";
  return html`
    <li class="line">
      <div class="line-text">
        <span class="line-title">${name}${id === session.value?.user.id ? " (you)" : ""}</span>
        <span class="line-note">${[role, has, links].filter(Boolean).join(" · ")}</span>
        <span class="line-actions">
          ${links &&
          html`<button type="button" class="button small" aria-label=${`Take back links of ${name}`} onClick=${takeBack}>
            Take back links
          </button>`}
          <button
            type="button"
            class="button small"
            aria-label=${`Link for ${name}`}
            onClick=${() => choose({ person, act: "link" })}
          >
            Link…
          </button>
          <button
            type="button"
            class="button small danger"
            aria-label=${`Lock out ${name}`}
            onClick=${() => choose({ person, act: "lockOut" })}
          >
            Lock out…
          </button>
        </span>
      </div>
    </li>
  `;
}

/** @param {{ onMade: (name: string, link: LinkShape) => void }} props */
function Invite({ onMade }) {
  const [name, setName] = useState("");
  const [role, setRole] = useState("member");
  const [problem, setProblem] = useState(/** @type {string | null} */ (null));
  async function invite(/** @type {Event} */ event) {
    event.preventDefault();
    setProblem(null);
    try {
      const asked = { name, role: /** @type {"member" | "owner"} */ (role) };
      onMade(name.trim(), await post("/api/people", asked, { headers: onceOnly() }));
      setName("");
    } catch (error) {
      const field = error instanceof ApiError ? error.fieldErrors[0] : undefined;
      if (field) setProblem("Type in who is invited.");
      else report(error);
    }
  }
  return html`
    <form class="fields-row" novalidate onSubmit=${invite}>
      <${TextField} label="Name of a new person" value=${name} onValue=${setName} maxLength=${200} problem=${problem} />
      <${SelectField} label="Role" value=${role} onValue=${setRole} options=${ROLES} />
      <button type="submit" class="button">Invite</button>
    </form>
  `;
}

/** @param {{ person: AccountPersonShape, onClose: () => void, onMade: (name: string, link: LinkShape) => void }} props */
function LetIn({ person, onClose, onMade }) {
  const { isBusy, problem, act } = useAct(async () => {
    const link = await post("/api/people/{user_id}/links", null, { path: { user_id: person.id }, headers: onceOnly() });
    onClose();
    onMade(person.name, link);
  });
  const asked = { title: `A link for ${person.name}?`, action: "Make the link", isBusy, problem };
  return html`
    <${Dialog} ...${asked} onClose=${onClose} onAction=${act}>
      <p>Whoever opens it is signed in as ${person.name}, once, within a day, and is asked to make a passkey.</p>
    <//>
  `;
}

/** @param {{ person: AccountPersonShape, onClose: () => void, onDone: () => void }} props */
function LockOut({ person, onClose, onDone }) {
  const { isBusy, problem, act } = useAct(async () => {
    await post("/api/people/{user_id}/lock-out", null, { path: { user_id: person.id } });
    notify(`${person.name} is signed out everywhere.`, { kind: "success" });
    onClose();
    onDone();
  });
  const asked = { title: `Lock ${person.name} out?`, action: "Lock out", isDanger: true, isBusy, problem };
  return html`
    <${Dialog} ...${asked} onClose=${onClose} onAction=${act}>
      <p>All their sessions, passkeys and unused links end at once. Access tokens stay: revoke them below.</p>
      <p>A new link lets them in again.</p>
    <//>
  `;
}

/**
 * Something that is done once at a time, from a dialogue.
 *
 * @param {() => Promise<void>} doIt
 */
function useAct(doIt) {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState(/** @type {string | null} */ (null));
  async function act() {
    setBusy(true);
    try {
      await doIt();
    } catch (error) {
      setBusy(false);
      setProblem(sentenceOf(error));
    }
  }
  return { isBusy, problem, act };
}

/** @param {{ name: string, link: LinkShape, onClose: () => void }} props */
function Link({ name, link, onClose }) {
  const address = new URL(link.url ?? "", location.origin).href;
  async function copy() {
    try {
      await navigator.clipboard.writeText(address);
      notify("The link is copied.", { kind: "success" });
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      notify("The browser does not let the page copy. Select the link, and copy it.", { kind: "problem" });
    }
  }
  const select = (/** @type {FocusEvent} */ event) => /** @type {HTMLInputElement} */ (event.target).select();
  const attributes = { readOnly: true, onFocus: select };
  return html`
    <${Dialog} title=${`The link for ${name}`} onClose=${onClose}>
      <p>Send it to nobody else. It works once, until ${moment(link.expiresAt)}, and is shown only now.</p>
      <${TextField} label="Link" value=${address} onValue=${() => {}} attributes=${attributes} />
      <button type="button" class="button" onClick=${copy}>Copy the link</button>
    <//>
  `;
}
