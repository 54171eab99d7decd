// @ts-check
/** The receipt itself: a picture to zoom, turn and move, the pages of a PDF, an e-invoice to download, or a statement to open. */

import { Icon } from "../../parts/icon.js";
import { Pdf } from "./pdf.js";
import { Photo } from "./photo.js";
import { html, t } from "../../words.js";

/** @import { ReceiptFile, Run } from "../../api.js" */
/** @import { Attention } from "../../parts/attention.js" */

/** @param {{ receipt: ReceiptFile, run: Run | null, attention: Attention }} props what is looked at is marked in it */
export function Picture({ receipt, run, attention }) {
  const name = receipt.fileName ?? "receipt";
  if (receipt.mediaType === "application/pdf") return html`<${Pdf} key=${receipt.id} ...${{ receipt, name, run, attention }} />`;
  if (receipt.mediaType === "application/xml") return html`<${Xml} id=${receipt.id} />`;
  if (receipt.mediaType.startsWith("application/vnd.tillroll.")) return html`<${Statement} address=${receipt.imageUrl} />`;
  const description = t`Photo of the receipt ${name}`;
  return html`<${Photo} key=${receipt.id} address=${receipt.imageUrl} ...${{ description, run, attention }} />`;
}

/** @param {{ address: string }} props of a statement in place of a receipt */
function Statement({ address }) {
  return html`
    <div class="picture is-pdf-link">
      <${Icon} name="document" />
      <p>There is no paper: somebody stated this expense, and the statement is its document.</p>
      <a class="button" href=${address} target="_blank" rel="noopener">Open the statement</a>
    </div>
  `;
}

/** @param {{ id: string }} props of a receipt that is XML alone */
function Xml({ id }) {
  return html`
    <div class="picture is-pdf-link">
      <${Icon} name="document" />
      <p>This is an e-invoice: its values stand in its XML, and there is no picture of it.</p>
      <${XmlLink} id=${id} class="button" />
    </div>
  `;
}

/** @param {{ id: string, class?: string }} props of a receipt that is, or holds, an e-invoice */
export function XmlLink({ id, class: look }) {
  return html`<a class=${look} href=${`/api/receipts/${id}/xml`} download="">Download the XML</a>`;
}
