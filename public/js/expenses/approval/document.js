// @ts-check
/** The document of an expense that waits for approval. */

import { useState } from "preact/hooks";

import { makeAttention } from "../../parts/attention.js";
import { Picture } from "../../receipts/document/picture.js";
import { html } from "../../words.js";

/** @import { ListedExpense } from "../../api/types.js" */

/** @param {{ expense: ListedExpense }} props */
export function Document({ expense: { receiptId, runId, merchant, mediaType } }) {
  const [attention] = useState(makeAttention);
  const receipt = /** @type {any} */ ({ id: receiptId, mediaType, fileName: merchant, imageUrl: `/api/receipts/${receiptId}/image` });
  return html`
    <div class="approval-document">
      <${Picture} key=${receiptId} receipt=${receipt} run=${null} attention=${attention} />
      <p><a href=${`/runs/${runId}`}>Open the document</a></p>
    </div>
  `;
}
