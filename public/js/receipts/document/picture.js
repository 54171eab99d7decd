// @ts-check
/** The receipt itself: a picture to zoom, turn and move, an embedded PDF, an e-invoice to download, or a statement to open. */

import { useLayoutEffect, useRef, useState } from "preact/hooks";

import { Icon } from "../../parts/icon.js";
import { Marks } from "./marks.js";
import { PictureStage } from "./picture-stage.js";
import { html, t } from "../../words.js";

/** @import { ReceiptFile, Run } from "../../api.js" */
/** @import { Attention } from "../../parts/attention.js" */

/** @param {{ receipt: ReceiptFile, run: Run | null, attention: Attention }} props what is looked at is marked in a photo */
export function Picture({ receipt, run, attention }) {
  const name = receipt.fileName ?? "receipt";
  if (receipt.mediaType === "application/pdf") return html`<${Pdf} address=${receipt.imageUrl} name=${name} />`;
  if (receipt.mediaType === "application/xml") return html`<${Xml} id=${receipt.id} />`;
  if (receipt.mediaType.startsWith("application/vnd.tillroll.")) return html`<${Statement} address=${receipt.imageUrl} />`;
  const description = t`Photo of the receipt ${name}`;
  return html`<${Photo} key=${receipt.id} address=${receipt.imageUrl} ...${{ description, run, attention }} />`;
}

/** @param {{ address: string, name: string }} props */
function Pdf({ address, name }) {
  if (navigator.pdfViewerEnabled) {
    return html`<div class="picture"><iframe class="picture-pdf" src=${address} title=${`PDF ${name}`}></iframe></div>`;
  }
  return html`
    <div class="picture is-pdf-link">
      <${Icon} name="document" />
      <p>This browser does not show PDFs within a page.</p>
      <a class="button" href=${address} target="_blank" rel="noopener">Open the PDF</a>
    </div>
  `;
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

/** @param {{ address: string, description: string, run: Run | null, attention: Attention }} props */
function Photo({ address, description, run, attention }) {
  const stage = useRef(/** @type {HTMLDivElement | null} */ (null));
  const image = useRef(/** @type {HTMLImageElement | null} */ (null));
  const moved = useRef(/** @type {PictureStage | null} */ (null));
  const [state, setState] = useState(/** @type {"loading" | "shown" | "broken"} */ ("loading"));
  // Before the marks ask for it.
  useLayoutEffect(() => {
    if (!stage.current || !image.current) return;
    moved.current = new PictureStage(stage.current, image.current);
    if (image.current.complete && image.current.naturalWidth > 0) setState("shown");
    return () => moved.current?.end();
  }, []);
  if (state === "broken") {
    return html`
      <div class="picture is-broken">
        <${Icon} name="alert" />
        <p>This picture cannot be shown.</p>
        <a class="button" href=${address}>Download the file</a>
      </div>
    `;
  }
  const onLoad = () => {
    setState("shown");
    moved.current?.draw();
  };
  const tools = /** @type {const} */ ([
    [t`Zoom out`, "minus", () => moved.current?.zoomOut()],
    [t`Zoom in`, "plus", () => moved.current?.zoomIn()],
    [t`Fit`, "fit", () => moved.current?.fit()],
    [t`Turn`, "turn", () => moved.current?.turn()],
  ]);
  const label = t`Picture. Plus and minus zoom, the arrow keys move, R turns, 0 fits.`;
  return html`
    <div class=${state === "loading" ? "picture is-loading" : "picture"}>
      <div class="picture-stage" tabindex="0" role="group" aria-label=${label} ref=${stage}>
        <img
          src=${address}
          alt=${description}
          draggable=${false}
          decoding="async"
          ref=${image}
          onLoad=${onLoad}
          onError=${() => setState("broken")}
        />
        <${Marks} run=${run} attention=${attention} stage=${moved} />
      </div>
      <div class="picture-tools">
        ${tools.map(
          ([name, symbol, onClick]) => html`
            <button key=${name} type="button" class="icon-button" aria-label=${name} title=${name} onClick=${onClick}>
              <${Icon} name=${symbol} />
            </button>
          `,
        )}
      </div>
    </div>
  `;
}
