// @ts-check
/** Connecting books or a CRM. */

import { useRef, useState } from "preact/hooks";

import { post } from "../api/client.js";
import { CopyField } from "../parts/copy-field.js";
import { Dialog } from "../parts/dialog.js";
import { FormDialog } from "../parts/form.js";
import { choice, field, trimmed } from "../values/schema.js";
import { leaveTo } from "./sync-now.js";
import { PREVIEW, PROVIDERS } from "./words.js";
import { html, t } from "../words.js";

/** @import { Body } from "../parts/form.js" */

const OFFERED = [
  { value: "xero", label: t`Xero (preview)` },
  { value: "quickbooks", label: t`QuickBooks Online (preview)` },
  { value: "signed", label: t`An HTTPS address of yours (signed requests)` },
  { value: "hubspot", label: t`HubSpot (clients and projects, preview)` },
];

/** @param {Record<string, string>} texts what is filled in */
function fieldsFor({ provider }) {
  const chosen = provider ? JSON.parse(provider) : "xero";
  const isSigned = chosen === "signed";
  const isRead = chosen === "hubspot";
  return [
    choice("provider", t`Connect to`, OFFERED, isSigned ? {} : { hint: PREVIEW }),
    field("name", t`Name`, { maxLength: 100, isNeeded: true, placeholder: PROVIDERS[/** @type {"xero"} */ (chosen)], hint: t`What your people call it.` }),
    field("firstDay", isRead ? t`Since` : t`Write what is dated from`, { type: "day", isNeeded: true, initial: `${new Date().getFullYear()}-01-01` }),
    ...(isSigned
      ? [
          field("url", t`Address`, { maxLength: 2000, isNeeded: true, placeholder: "https://…" }),
          field("secret", t`Secret`, { maxLength: 300, isNullable: true, placeholder: "whsec_…", hint: t`Empty: one is made, and shown once.` }),
        ]
      : []),
    ...(isRead
      ? []
      : [
          field("onlyApproved", t`Write expenses only once they are approved.`, { type: "boolean", initial: false }),
          field("onChange", t`Begin a sync whenever something changes, once you began the first.`, { type: "boolean", initial: true }),
        ]),
  ];
}

/** @param {{ onClose: () => void, onMade: () => void }} props */
export function ConnectDialog({ onClose, onMade }) {
  const [secret, show] = useState(/** @type {string | null} */ (null));
  const [isLeaving, leave] = useState(false);
  // What was made is still to be shown.
  const isKept = useRef(false);
  const onSend = async (/** @type {Body} */ body) => {
    const made = await post("/api/books/connections", trimmed(body));
    onMade();
    isKept.current = Boolean(made.secret || made.authorizeUrl);
    show(made.secret);
    leave(Boolean(made.authorizeUrl));
    leaveTo(made.authorizeUrl);
  };
  if (secret) {
    return html`
      <${Dialog} title="The secret of the connection" onClose=${onClose}>
        <p>Your address verifies our requests by it. It is shown only now.</p>
        <${CopyField} label="Secret" value=${secret} />
      <//>
    `;
  }
  if (isLeaving) return html`<${Dialog} title="Going to the provider" onClose=${onClose}><p role="status">Say yes there. You come back to this page.</p><//>`;
  return html`
    <${FormDialog} title="Connect books" action="Connect" fields=${fieldsFor} onSend=${onSend} onClose=${() => isKept.current || onClose()}>
      <p class="quiet">Xero, QuickBooks and HubSpot ask you on their own page, and send you back here.</p>
    <//>
  `;
}
