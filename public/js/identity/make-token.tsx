/** A new access token: what it is for, until when, what it may, and from where. */

import { post } from "../api/client.ts";
import { FormDialog } from "../parts/form.tsx";
import { may } from "../state/session.ts";
import { SCOPES } from "../values/roles.ts";
import { choice, field } from "../values/schema.ts";
import { t } from "../words.ts";
import type { NewToken, TokenRequest } from "../api/types.d.ts";
import type { Body } from "../parts/form.tsx";

const DAYS = [
  { value: 30, label: t`30 days` },
  { value: 90, label: t`90 days` },
  { value: 365, label: t`a year` },
  { value: null, label: t`without an end` },
];

export function MakeToken({
  onClose,
  onMade,
}: {
  onClose: () => void;
  onMade: (token: NewToken) => void;
}) {
  const fields = [
    field("name", t`What it is for`, { maxLength: 200 }),
    choice("expiresInDays", t`It is good for`, DAYS, { initial: 90 }),
    field("scopes", t`It may`, {
      type: "choices",
      options: SCOPES.filter(({ value }) => may(value)),
      initial: ["read"],
    }),
    field("addresses", t`Only from`, {
      hint: t`Addresses or networks, such as 192.0.2.0/24; empty: from anywhere`,
    }),
  ];
  const make = async (body: Body) => {
    const from = body.addresses.split(/[\s,]+/).filter(Boolean);
    const asked = { ...body, addresses: from.length > 0 ? from : null } as TokenRequest;
    onMade(await post("/api/tokens", asked));
  };
  return (
    <FormDialog
      title="New token"
      action="Make the token"
      fields={fields}
      onSend={make}
      onClose={onClose}
    />
  );
}
