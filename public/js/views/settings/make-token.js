// @ts-check
/** A new access token: what it is for, until when, what it may, and from where. */

import { html } from "htm/preact";
import { useState } from "preact/hooks";

import { onceOnly, post } from "../../api/client.js";
import { Choices } from "../../parts/choices.js";
import { Dialog } from "../../parts/dialog.js";
import { SelectField, TextField } from "../../parts/fields.js";
import { may } from "../../state/session.js";
import { SCOPES } from "../../values/roles.js";
import { useAct } from "./person-dialogs.js";

/** @import { NewToken, TokenRequest } from "../../api/types.js" */

const DAYS = [
  { value: "30", label: "30 days" },
  { value: "90", label: "90 days" },
  { value: "365", label: "a year" },
  { value: "", label: "without an end" },
];

/** @param {{ onClose: () => void, onMade: (token: NewToken) => void }} props */
export function MakeToken({ onClose, onMade }) {
  const [name, setName] = useState("");
  const [days, setDays] = useState("90");
  const [addresses, setAddresses] = useState("");
  const [scopes, setScopes] = useState(/** @type {string[]} */ (["read"]));
  const offered = SCOPES.filter(({ value }) => may(value));
  const { isBusy, problem, act } = useAct(async () => {
    const from = addresses.split(/[\s,]+/).filter(Boolean);
    const asked = { name, expiresInDays: days ? Number(days) : null, scopes, addresses: from.length > 0 ? from : null };
    const made = await post("/api/tokens", /** @type {TokenRequest} */ (asked), { headers: onceOnly() });
    onClose();
    onMade(made);
  });
  const hint = "Addresses or networks, such as 192.0.2.0/24; empty: from anywhere";
  const dialog = { title: "Make a token", action: "Make it", isBusy, problem, onClose, onAction: act };
  return html`
    <${Dialog} ...${dialog}>
      <${TextField} label="What it is for" value=${name} onValue=${setName} maxLength=${200} />
      <${SelectField} label="It is good for" value=${days} onValue=${setDays} options=${DAYS} />
      <${Choices} legend="It may" options=${offered} chosen=${scopes} onChange=${setScopes} />
      <${TextField} label="Only from" value=${addresses} onValue=${setAddresses} hint=${hint} />
    <//>
  `;
}
