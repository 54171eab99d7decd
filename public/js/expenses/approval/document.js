// @ts-check
/** The document of an expense that waits for approval. */

import { useState } from "preact/hooks";

import { makeAttention } from "../../parts/attention.js";
import { Picture } from "../../receipts/document/picture.js";
import { html, t } from "../../words.js";

/** @import { Queued } from "../../api/types.js" */

/** @param {{ queued: Queued }} props */
export function Document({ queued: { expense, mediaType } }) {
  const { receiptId, runId, merchant } = expense;
  const [attention] = useState(makeAttention);
  // A format that the server cannot make small is looked at on its own page.
  const [isBroken, setBroken] = useState(false);
  const imageUrl = `/api/receipts/${receiptId}/image`;
  if (mediaType?.startsWith("image/") && !isBroken) {
    return html`
      <div class="approval-document">
        <a href=${`/runs/${runId}`}>
          <img src=${`${imageUrl}?width=640`} alt=${t`Receipt of ${merchant}`} onError=${() => setBroken(true)} />
        </a>
      </div>
    `;
  }
  const receipt = { id: receiptId, fileName: merchant, mediaType: mediaType ?? "", imageUrl };
  return html`
    <div class="approval-document">
      ${mediaType && !isBroken && html`<${Picture} ...${{ receipt, run: null, attention }} />`}
      <p><a class="button" href=${`/runs/${runId}`}>Open the document</a></p>
    </div>
  `;
}
