// @ts-check
/** What a source is set up by: how its sender signs, and the mapping, as JSON. */

import { html } from "htm/preact";

import { onceOnly, post, put } from "../api/client.js";
import { notify } from "../notifications/notices.js";
import { FormDialog } from "../parts/form.js";
import { choice, field } from "../values/schema.js";

/** @import { CreatedSource, SourceRequest, InboundSource } from "../api/types.js" */

const SCHEMES = [
  { value: "standard-webhooks", label: "Standard Webhooks" },
  { value: "stripe", label: "Stripe" },
  { value: "github", label: "GitHub" },
  { value: "hmac", label: "Plain HMAC" },
];
const ENCODINGS = [
  { value: "hex", label: "Hexadecimal" },
  { value: "base64", label: "Base64" },
];
const EXAMPLE = {
  rules: [
    { when: { "/type": "receipt.stored" }, start: { kind: "receipt", params: { receiptId: { pointer: "/data/receiptId" } } } },
    { when: { "/type": "ping" }, ignore: true },
  ],
};
const NAME = field("name", "Name", { maxLength: 60 });
const MAPPING = field("mapping", "Mapping", {
  type: "json",
  rows: 11,
  hint: "JSON: the first rule that fits says what an event starts, signals, or that it is ignored.",
  initial: EXAMPLE,
  isNeeded: true,
});

/** @param {Record<string, string>} texts */
function fieldsOf({ scheme = JSON.stringify("standard-webhooks") }) {
  const makes = scheme === JSON.stringify("stripe") ? "Stripe shows it: whsec_…" : "Leave it empty to have one made.";
  const ofHmac = [
    field("signatureHeader", "Header of the signature", { maxLength: 64, initial: "X-Signature" }),
    choice("encoding", "Its encoding", ENCODINGS),
    field("prefix", "What stands before it", { maxLength: 20, hint: "Such as sha256=" }),
    field("idPointer", "Where the event’s id stands in the body", { maxLength: 200, initial: "/id" }),
    field("idHeader", "Or the header of the event’s id", { maxLength: 64 }),
  ];
  return [
    NAME,
    choice("scheme", "How it signs", SCHEMES),
    ...(scheme === JSON.stringify("hmac") ? ofHmac : []),
    field("secret", "The sender’s secret", { maxLength: 300, hint: makes, initial: undefined }),
    MAPPING,
  ];
}

/** @param {{ onClose: () => void, onMade: (made: CreatedSource) => void }} props */
export function NewSource({ onClose, onMade }) {
  const make = async (/** @type {import("../parts/form.js").Body} */ { name, scheme, secret, mapping, idHeader, idPointer, ...hmac }) => {
    const id = idHeader ? { idHeader } : idPointer && { idPointer };
    const asked = { name, scheme: { name: scheme, ...hmac, ...id }, mapping, ...(secret && { secret }) };
    onMade(await post("/api/inbound-sources", /** @type {SourceRequest} */ (asked), { headers: onceOnly() }));
  };
  return html`<${FormDialog} title="A source of events" action="Add the source" fields=${fieldsOf} onSend=${make} onClose=${onClose} />`;
}

/** @param {{ source: InboundSource, onClose: () => void, onDone: () => void }} props */
export function MappingForm({ source, onClose, onDone }) {
  const change = async (/** @type {import("../parts/form.js").Body} */ { name, mapping }) => {
    await put("/api/inbound-sources/{source_id}", { name, mapping }, { path: { source_id: source.id } });
    notify("The mapping is changed. What could not be mapped can be replayed.", { kind: "success" });
    onDone();
  };
  const title = `What events of ${source.name} mean`;
  const { name, mapping } = source;
  return html`<${FormDialog} ...${{ title, action: "Change", fields: [NAME, MAPPING], values: { name, mapping }, onSend: change, onClose }} />`;
}
