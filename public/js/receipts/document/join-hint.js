// @ts-check
/** Says at a photo that it and others seem to be one long receipt, and joins them by one act. */

import { useState } from "preact/hooks";

import { get, onceOnly, post } from "../../api/client.js";
import { notify } from "../../notifications/notices.js";
import { go } from "../../shell/address.js";
import { sentenceOf, useRequest } from "../../state/request.js";
import { sync } from "../../state/runs.js";
import { html, t } from "../../words.js";

/** @import { ReceiptFile } from "../../api.js" */

const WIDTH = 160;

/** Nothing where the photo seems to stand by itself. @param {{ receipt: ReceiptFile }} props */
export default function JoinHint({ receipt }) {
  const [problem, setProblem] = useState("");
  const [isBusy, setBusy] = useState(false);
  const { answer } = useRequest((signal) => get("/api/receipts/{receipt_id}/pieces", { path: { receipt_id: receipt.id }, signal }), [receipt.id]);
  const photos = answer?.photos ?? [];
  if (photos.length === 0) return null;
  async function join() {
    setBusy(true);
    setProblem("");
    try {
      const joined = await post("/api/receipts/joined", { receiptIds: photos.map((photo) => photo.receiptId) }, { headers: onceOnly() });
      sync.poke();
      notify(t`Joined. The photos are read as one receipt.`, { kind: "success" });
      go(`/runs/${joined.runId}`);
    } catch (error) {
      setProblem(sentenceOf(error));
      setBusy(false);
    }
  }
  return html`
    <section class="join-hint" aria-label=${t`Photos of one receipt`}>
      <p>These ${photos.length} photos seem to be one long receipt, in this order.</p>
      <ol>
        ${photos.map(
          ({ receiptId, runId, fileName, imageUrl }, at) => html`
            <li key=${receiptId}>
              ${receiptId === receipt.id
                ? html`<${Shown} address=${imageUrl} says=${t`Photo ${at + 1}: this one`} />`
                : html`<a href=${`/runs/${runId}`}><${Shown} address=${imageUrl} says=${t`Photo ${at + 1}: ${fileName ?? t`A photo without a name`}`} /></a>`}
            </li>
          `,
        )}
      </ol>
      ${problem && html`<p class="form-problem" role="alert">${problem}</p>`}
      <button type="button" class="button" disabled=${isBusy} onClick=${join}>${t`Join ${photos.length} photos`}</button>
    </section>
  `;
}

/** @param {{ address: string, says: string }} props */
function Shown({ address, says }) {
  return html`<img src=${`${address}?width=${WIDTH}`} alt=${says} title=${says} loading="lazy" decoding="async" />`;
}
