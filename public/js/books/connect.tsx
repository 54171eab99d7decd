/** Connecting books or a CRM. */

import { useRef, useState } from "preact/hooks";

import { post } from "../api/client.ts";
import { CopyField } from "../parts/copy-field.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { FormDialog } from "../parts/form.tsx";
import { choice, field, trimmed } from "../values/schema.ts";
import { leaveTo } from "./sync-now.tsx";
import { PREVIEW, PROVIDERS } from "./words.ts";
import { tellOfLostSecret } from "../parts/lost-secret.ts";
import { t } from "../words.ts";
import type { Body } from "../parts/form.tsx";

const OFFERED = [
  { value: "xero", label: t`Xero (preview)` },
  { value: "quickbooks", label: t`QuickBooks Online (preview)` },
  { value: "signed", label: t`An HTTPS address of yours (signed requests)` },
  { value: "hubspot", label: t`HubSpot (clients and projects, preview)` },
];

/** @param texts what is filled in */
function fieldsFor({ provider }: Record<string, string>) {
  const chosen = provider ? JSON.parse(provider) : "xero";
  const isSigned = chosen === "signed";
  const isRead = chosen === "hubspot";
  return [
    choice("provider", t`Connect to`, OFFERED, isSigned ? {} : { hint: PREVIEW }),
    field("name", t`Name`, {
      maxLength: 100,
      isNeeded: true,
      placeholder: PROVIDERS[chosen as "xero"],
      hint: t`What your people call it.`,
    }),
    field("firstDay", isRead ? t`Since` : t`Write what is dated from`, {
      type: "day",
      isNeeded: true,
      initial: `${new Date().getFullYear()}-01-01`,
    }),
    ...(isSigned
      ? [
          field("url", t`Address`, { maxLength: 2000, isNeeded: true, placeholder: "https://…" }),
          field("secret", t`Secret`, {
            maxLength: 300,
            isNullable: true,
            placeholder: "whsec_…",
            hint: t`Empty: one is made, and shown once.`,
          }),
        ]
      : []),
    ...(isRead
      ? []
      : [
          field("onlyApproved", t`Write expenses only once they are approved.`, {
            type: "boolean",
            initial: false,
          }),
          field("onChange", t`Begin a sync whenever something changes, once you began the first.`, {
            type: "boolean",
            initial: true,
          }),
        ]),
  ];
}

export function ConnectDialog({ onClose, onMade }: { onClose: () => void; onMade: () => void }) {
  const [secret, show] = useState<string | null>(null);
  const [isLeaving, leave] = useState(false);
  // What was made is still to be shown.
  const isKept = useRef(false);
  const onSend = async (body: Body) => {
    const made = await post("/api/books/connections", trimmed(body));
    onMade();
    isKept.current = Boolean(made.secret || made.authorizeUrl);
    if (!isKept.current) tellOfLostSecret();
    show(made.secret);
    if (made.authorizeUrl === null) return;
    leave(true);
    leaveTo(made.authorizeUrl);
  };
  if (secret) {
    return (
      <Dialog title="The secret of the connection" onClose={onClose}>
        <p>Your address verifies our requests by it. It is shown only now.</p>
        <CopyField label="Secret" value={secret} />
      </Dialog>
    );
  }
  if (isLeaving)
    return (
      <Dialog title="Going to the provider" onClose={onClose}>
        <p role="status">Say yes there. You come back to this page.</p>
      </Dialog>
    );
  return (
    <FormDialog
      title="Connect books"
      action="Connect"
      fields={fieldsFor}
      onSend={onSend}
      onClose={() => isKept.current || onClose()}
    >
      <p class="quiet">
        Xero, QuickBooks and HubSpot ask you on their own page, and send you back here.
      </p>
    </FormDialog>
  );
}
