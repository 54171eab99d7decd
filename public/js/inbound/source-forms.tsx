/** What a source is set up by: how its sender signs, and the mapping, as JSON. */

import { post, put } from "../api/client.ts";
import { notify } from "../notifications/notices.ts";
import { FormDialog } from "../parts/form.tsx";
import { choice, field } from "../values/schema.ts";
import { madeBy } from "./made-by.ts";
import { t } from "../words.ts";
import { PRESETS } from "./presets.ts";
import type { CreatedSource, SourceRequest, InboundSource } from "../api/types.d.ts";
import type { Body } from "../parts/form.tsx";

const SCHEMES = [
  { value: "standard-webhooks", label: t`Standard Webhooks` },
  { value: "stripe", label: t`Stripe` },
  { value: "github", label: t`GitHub` },
  { value: "slack", label: t`Slack` },
  { value: "zoom", label: t`Zoom` },
  { value: "paddle", label: t`Paddle` },
  { value: "paystack", label: t`Paystack` },
  { value: "square", label: t`Square` },
  { value: "hmac", label: t`Plain HMAC` },
];
const ENCODINGS = [
  { value: "hex", label: t`Hexadecimal` },
  { value: "base64", label: t`Base64` },
];
const EXAMPLE = {
  rules: [
    {
      when: { "/type": "receipt.stored" },
      start: { kind: "receipt", params: { receiptId: { pointer: "/data/receiptId" } } },
    },
    { when: { "/type": "ping" }, ignore: true },
  ],
};
const NAME = field("name", t`Name`, { maxLength: 60 });
const MAPPING = field("mapping", t`Mapping`, {
  type: "json",
  rows: 11,
  hint: t`JSON: the first rule that fits says what an event starts, signals, or that it is ignored.`,
  initial: EXAMPLE,
  isNeeded: true,
});

function fieldsOf({ scheme = JSON.stringify("standard-webhooks") }: Record<string, string>) {
  const makes =
    scheme === JSON.stringify("stripe")
      ? t`Stripe shows it: whsec_…`
      : t`Leave it empty to have one made.`;
  const ofHmac = [
    field("signatureHeader", t`Header of the signature`, {
      maxLength: 64,
      initial: t`X-Signature`,
    }),
    choice("encoding", t`Its encoding`, ENCODINGS),
    field("prefix", t`What stands before it`, { maxLength: 20, hint: t`Such as sha256=` }),
    field("content", t`What is signed`, {
      maxLength: 200,
      initial: "{body}",
      hint: t`{body}, and what the sender signs beside it: {timestamp}, {id} or {url}.`,
    }),
    field("timestampHeader", t`Header of the timestamp`, { maxLength: 64 }),
    field("idPointer", t`Where the event’s id stands in the body`, {
      maxLength: 200,
      initial: "/id",
    }),
    field("idHeader", t`Or the header of the event’s id`, { maxLength: 64 }),
  ];
  return [
    NAME,
    choice("scheme", t`How it signs`, SCHEMES),
    ...(scheme === JSON.stringify("hmac") ? ofHmac : []),
    field("secret", t`The sender’s secret`, { maxLength: 300, hint: makes, initial: undefined }),
    MAPPING,
  ];
}

/** How a sender signs: as it is known, or as it was filled in. */
function schemeOf(
  name: string,
  { idHeader, idPointer, timestampHeader, ...hmac }: Record<string, any>,
) {
  const preset = PRESETS[name];
  if (preset) return { name: "hmac", ...preset };
  const id = idHeader ? { idHeader } : idPointer && { idPointer };
  return { name, ...hmac, ...id, ...(timestampHeader && { timestampHeader }) };
}

export function NewSource({
  onClose,
  onMade,
}: {
  onClose: () => void;
  onMade: (made: CreatedSource) => void;
}) {
  const make = async ({ name, scheme, secret, mapping, ...hmac }: Body) => {
    const asked = { name, scheme: schemeOf(scheme, hmac), mapping, ...(secret && { secret }) };
    madeBy(asked, onMade)(await post("/api/inbound-sources", asked as SourceRequest));
  };
  return (
    <FormDialog
      title="New source"
      action="Add the source"
      fields={fieldsOf}
      onSend={make}
      onClose={onClose}
    />
  );
}

export function MappingForm({
  source,
  onClose,
  onDone,
}: {
  source: InboundSource;
  onClose: () => void;
  onDone: () => void;
}) {
  const change = async ({ name, mapping }: Body) => {
    await put(
      "/api/inbound-sources/{source_id}",
      { name, mapping },
      { path: { source_id: source.id } },
    );
    notify(t`The mapping is changed. What could not be mapped can be replayed.`, {
      kind: "success",
    });
    onDone();
  };
  const title = t`What events of ${source.name} mean`;
  const { name, mapping } = source;
  return (
    <FormDialog
      title={title}
      action={t`Change`}
      fields={[NAME, MAPPING]}
      values={{ name, mapping }}
      onSend={change}
      onClose={onClose}
    />
  );
}
