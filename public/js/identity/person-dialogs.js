// @ts-check
/** What an owner does to somebody of the account: a link, other roles, locked out, removed. */

import { del, onceOnly, post, put } from "../api/client.js";
import { moment } from "../format.js";
import { notify } from "../notifications/notices.js";
import { CopyField } from "../parts/copy-field.js";
import { Dialog } from "../parts/dialog.js";
import { FormDialog } from "../parts/form.js";
import { inWords, ROLES } from "../values/roles.js";
import { field } from "../values/schema.js";
import { html, t } from "../words.js";

/** @import { PersonLink, AccountPerson } from "../api/types.js" */
/** @typedef {{ person: AccountPerson, onClose: () => void, onDone: () => void }} DialogProps */

/**
 * @param {object} props
 * @param {AccountPerson} props.person
 * @param {boolean} props.offersMail
 * @param {() => void} props.onClose
 * @param {(name: string, link: PersonLink) => void} props.onMade
 */
export function LetIn({ person, offersMail, onClose, onMade }) {
  const isMailed = offersMail && person.mail === "confirmed";
  const make = async () => {
    const path = { user_id: person.id };
    onMade(person.name, await post("/api/people/{user_id}/links", null, { path, headers: onceOnly() }));
  };
  return html`
    <${FormDialog} title=${t`A link for ${person.name}?`} action="Make the link" onSend=${make} onClose=${onClose}>
      <p>Anyone who opens it is signed in as ${person.name}, once, within a day, and is asked to make a passkey.</p>
      ${isMailed
        ? html`<p>It is mailed to their confirmed address, and not shown.</p>`
        : html`<p>
            They have no confirmed address, so you see the link, and all owners are told. Wherever a second person decides, you two
            count as one, until they come by a link that is mailed.
          </p>`}
    <//>
  `;
}

const FIELDS = [field("roles", t`Roles`, { type: "choices", options: ROLES, initial: [] })];

/** @param {DialogProps} props */
export function ChangeRoles({ person, onClose, onDone }) {
  const { id, name, roles: before } = person;
  const give = async (/** @type {import("../parts/form.js").Body} */ { roles }) => {
    await put("/api/people/{user_id}/roles", { roles }, { path: { user_id: id } });
    notify(t`${name} is ${inWords(roles)} from now on.`, { kind: "success" });
    onDone();
  };
  const asked = { title: t`What does ${name} do?`, action: t`Give these roles`, fields: FIELDS, values: { roles: before } };
  return html`
    <${FormDialog} ...${asked} onSend=${give} onClose=${onClose}>
      <p>They hold from the next request on, for tokens too. What they made ends where it needs a right that they lose: tokens,
        links, and sources of events, which you can take over.</p>
    <//>
  `;
}

/** @param {DialogProps} props */
export function LockOut({ person, onClose, onDone }) {
  const lockOut = async () => {
    await post("/api/people/{user_id}/lock-out", null, { path: { user_id: person.id } });
    notify(t`${person.name} is signed out everywhere.`, { kind: "success" });
    onDone();
  };
  return html`
    <${FormDialog} title=${t`Lock ${person.name} out?`} action="Lock out" isDanger=${true} onSend=${lockOut} onClose=${onClose}>
      <p>All their sessions, passkeys and unused links end at once. Access tokens stay: revoke them below.</p>
      <p>A new link lets them in again.</p>
    <//>
  `;
}

/** @param {DialogProps} props */
export function RemovePerson({ person, onClose, onDone }) {
  const remove = async () => {
    await del("/api/people/{user_id}", { path: { user_id: person.id } });
    notify(t`${person.name} is removed.`, { kind: "success" });
    onDone();
  };
  return html`
    <${FormDialog} title=${t`Remove ${person.name}?`} action="Remove" isDanger=${true} onSend=${remove} onClose=${onClose}>
      <p>Their sessions, passkeys, access tokens and links end at once, for good: no link lets them in again.</p>
      <p>Links that they made for others end too. Sources of events that they stand behind stop until an owner takes them over.</p>
      <p>What they handed in and decided stays, under their name.</p>
    <//>
  `;
}

/**
 * What is shown this once, to be copied.
 *
 * @param {{ title: string, label: string, value: string, says: string, onClose: () => void }} props
 */
export function ShownOnce({ title, label, value, says, onClose }) {
  return html`
    <${Dialog} title=${title} onClose=${onClose}>
      <p>${says}</p>
      <${CopyField} label=${label} value=${value} />
    <//>
  `;
}

/** @param {{ name: string, link: PersonLink, onClose: () => void }} props */
export function Link({ name, link, onClose }) {
  const value = new URL(link.url ?? "", location.origin).href;
  const says = t`Send it to nobody else. It works once, until ${moment(link.expiresAt)}, and is shown only now.`;
  return html`<${ShownOnce} title=${t`The link for ${name}`} label="Link" ...${{ value, says, onClose }} />`;
}
