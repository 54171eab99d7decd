// @ts-check
/** A new access token: what it is for, until when, what it may, and from where. */

import { onceOnly, post } from "../api/client.js";
import { FormDialog } from "../parts/form.js";
import { may } from "../state/session.js";
import { SCOPES } from "../values/roles.js";
import { choice, field } from "../values/schema.js";
import { html, t } from "../words.js";

/** @import { NewToken, TokenRequest } from "../api/types.js" */

const DAYS = [
  { value: 30, label: t`30 days` },
  { value: 90, label: t`90 days` },
  { value: 365, label: t`a year` },
  { value: null, label: t`without an end` },
];

/** @param {{ onClose: () => void, onMade: (token: NewToken) => void }} props */
export function MakeToken({ onClose, onMade }) {
  const fields = [
    field("name", t`What it is for`, { maxLength: 200 }),
    choice("expiresInDays", t`It is good for`, DAYS, { initial: 90 }),
    field("scopes", t`It may`, { type: "choices", options: SCOPES.filter(({ value }) => may(value)), initial: ["read"] }),
    field("addresses", t`Only from`, { hint: t`Addresses or networks, such as 192.0.2.0/24; empty: from anywhere` }),
  ];
  const make = async (/** @type {import("../parts/form.js").Body} */ body) => {
    const from = body.addresses.split(/[\s,]+/).filter(Boolean);
    const asked = /** @type {TokenRequest} */ ({ ...body, addresses: from.length > 0 ? from : null });
    onMade(await post("/api/tokens", asked, { headers: onceOnly() }));
  };
  return html`<${FormDialog} title="Make a token" action="Make it" fields=${fields} onSend=${make} onClose=${onClose} />`;
}
