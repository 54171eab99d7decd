// @ts-check
/** The document of an expense that waits for approval. */

import { useState } from "preact/hooks";

import { html, t } from "../../words.js";

/** @import { Expense } from "../../api/types.js" */

/** @param {{ expense: Expense }} props */
export function Document({ expense: { receiptId, runId, merchant, origin } }) {
  // A PDF has no small picture.
  const [isPicture, setPicture] = useState(origin === "receipt");
  const address = `/api/receipts/${receiptId}/image`;
  if (isPicture) {
    return html`
      <div class="approval-document">
        <a href=${`/runs/${runId}`}>
          <img src=${`${address}?width=640`} alt=${t`Receipt of ${merchant}`} onError=${() => setPicture(false)} />
        </a>
      </div>
    `;
  }
  const isPdf = origin === "receipt" && navigator.pdfViewerEnabled;
  return html`
    <div class="approval-document">
      ${isPdf
        ? html`<iframe src=${address} title=${t`Receipt of ${merchant}`}></iframe>`
        : html`<p><a class="button" href=${`/runs/${runId}`}>Open the document</a></p>`}
    </div>
  `;
}
