// @ts-check
/** What a source is set up by: how its sender signs, and the mapping, as JSON. */

import { html } from "htm/preact";
import { useState } from "preact/hooks";

import { ApiError, onceOnly, post, put } from "../../api/client.js";
import { notify } from "../../notices.js";
import { Dialog } from "../../parts/dialog.js";
import { Field, SelectField, TextField } from "../../parts/fields.js";
import { sentenceOf } from "../../state/request.js";
import { useAct } from "./use-act.js";

/** @import { CreatedSource, SourceRequest, InboundSource } from "../../api/types.js" */

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
const EXAMPLE = `{"rules": [
  {"when": {"/type": "receipt.stored"},
   "start": {"kind": "receipt",
             "params": {"receiptId": {"pointer": "/data/receiptId"}}}},
  {"when": {"/type": "ping"}, "ignore": true}
]}`;

/** @param {{ onClose: () => void, onMade: (made: CreatedSource) => void }} props */
export function NewSource({ onClose, onMade }) {
  const [name, setName] = useState("");
  const [scheme, setScheme] = useState("standard-webhooks");
  const [header, setHeader] = useState("X-Signature");
  const [encoding, setEncoding] = useState("hex");
  const [prefix, setPrefix] = useState("");
  const [pointer, setPointer] = useState("/id");
  const [idHeader, setIdHeader] = useState("");
  const [secret, setSecret] = useState("");
  const [mapping, setMapping] = useState(EXAMPLE);
  const { isBusy, problem, act } = useAct(async () => {
    const chosen =
      scheme === "hmac"
        ? {
            ...{ name: "hmac", signatureHeader: header, encoding, prefix },
            ...(idHeader ? { idHeader } : pointer && { idPointer: pointer }),
          }
        : { name: scheme };
    const asked = { name, scheme: chosen, mapping: JSON.parse(mapping), ...(secret && { secret }) };
    onMade(await post("/api/inbound-sources", /** @type {SourceRequest} */ (asked), { headers: onceOnly() }));
  }, wrongIn);
  const makes = scheme === "stripe" ? "Stripe shows it: whsec_…" : "Leave it empty to have one made.";
  return html`
    <${Dialog} title="A source of events" action="Add the source" onClose=${onClose} onAction=${act} ...${{ isBusy, problem }}>
      <${TextField} label="Name" value=${name} onValue=${setName} maxLength=${60} />
      <${SelectField} label="How it signs" value=${scheme} onValue=${setScheme} options=${SCHEMES} />
      ${scheme === "hmac" &&
      html`
        <${TextField} label="Header of the signature" value=${header} onValue=${setHeader} maxLength=${64} />
        <${SelectField} label="Its encoding" value=${encoding} onValue=${setEncoding} options=${ENCODINGS} />
        <${TextField} label="What stands before it" value=${prefix} onValue=${setPrefix} maxLength=${20} hint="Such as sha256=" />
        <${TextField} label="Where the event’s id stands in the body" value=${pointer} onValue=${setPointer} maxLength=${200} />
        <${TextField} label="Or the header of the event’s id" value=${idHeader} onValue=${setIdHeader} maxLength=${64} />
      `}
      <${TextField} label="The sender’s secret" value=${secret} onValue=${setSecret} maxLength=${300} hint=${makes} />
      <${MappingField} value=${mapping} onValue=${setMapping} />
    <//>
  `;
}

/** @param {{ source: InboundSource, onClose: () => void, onDone: () => void }} props */
export function MappingForm({ source, onClose, onDone }) {
  const [name, setName] = useState(source.name);
  const [mapping, setMapping] = useState(JSON.stringify(source.mapping, null, 2));
  const { isBusy, problem, act } = useAct(async () => {
    const asked = { name, mapping: JSON.parse(mapping) };
    await put("/api/inbound-sources/{source_id}", asked, { path: { source_id: source.id } });
    notify("The mapping is changed. What could not be mapped can be replayed.", { kind: "success" });
    onDone();
  }, wrongIn);
  const title = `What events of ${source.name} mean`;
  return html`
    <${Dialog} title=${title} action="Change" onClose=${onClose} onAction=${act} ...${{ isBusy, problem }}>
      <${TextField} label="Name" value=${name} onValue=${setName} maxLength=${60} />
      <${MappingField} value=${mapping} onValue=${setMapping} />
    <//>
  `;
}

/** @param {{ value: string, onValue: (value: string) => void }} props */
function MappingField({ value, onValue }) {
  const onInput = (/** @type {Event} */ event) => onValue(/** @type {HTMLTextAreaElement} */ (event.target).value);
  const hint = "JSON: the first rule that fits says what an event starts, signals, or that it is ignored.";
  return html`
    <${Field} label="Mapping" hint=${hint}>
      ${(/** @type {Record<string, unknown>} */ given) => html`
        <textarea class="code" rows="11" wrap="off" autocapitalize="off" spellcheck=${false} value=${value} onInput=${onInput} ...${given}></textarea>
      `}
    <//>
  `;
}

/** @param {unknown} error */
function wrongIn(error) {
  if (error instanceof SyntaxError) return `The mapping is no JSON: ${error.message}.`;
  const fields = error instanceof ApiError ? error.fieldErrors : [];
  return fields.length ? fields.map(({ field, message }) => `${field}: ${message}`).join(" ") : sentenceOf(error);
}
