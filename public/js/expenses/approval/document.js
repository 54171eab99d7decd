// @ts-check
/** The document of an expense that waits for approval. */

import { useState } from "preact/hooks";

import { makeAttention } from "../../parts/attention.js";
import { Pdf } from "../../receipts/document/pdf.js";
import { html, t } from "../../words.js";

/** @import { Expense } from "../../api/types.js" */

/** @param {{ expense: Expense }} props */
export function Document({ expense: { receiptId, runId, merchant, origin } }) {
  const [attention] = useState(makeAttention);
  // Only what is no picture can be a PDF: the server scales pictures alone.
  const [isPicture, setPicture] = useState(origin === "receipt");
  const imageUrl = `/api/receipts/${receiptId}/image`;
  if (isPicture) {
    return html`
      <div class="approval-document">
        <a href=${`/runs/${runId}`}>
          <img src=${`${imageUrl}?width=640`} alt=${t`Receipt of ${merchant}`} onError=${() => setPicture(false)} />
        </a>
      </div>
    `;
  }
  const receipt = { id: receiptId, fileName: merchant, mediaType: "application/pdf", imageUrl };
  return html`
    <div class="approval-document">
      ${origin === "receipt" && html`<${Pdf} ...${{ receipt, name: merchant, run: null, attention }} />`}
      <p><a class="button" href=${`/runs/${runId}`}>Open the document</a></p>
    </div>
  `;
}
