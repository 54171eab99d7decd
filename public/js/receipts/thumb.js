// @ts-check
/** The small picture of a document in a list. A PDF's is drawn once the row is seen, and the page is at rest. */

import { useEffect, useRef, useState } from "preact/hooks";

import { Icon } from "../parts/icon.js";
import { html } from "../words.js";

/** What the names of the browser's stores of small pictures begin with. */
export const PICTURES = "pdf-pictures:";

/** Pixels: what a small picture has on the sharpest screens. */
const WIDTH = 160;

/** @param {{ receiptId: string, mediaType: string | null }} props of an expense; without a media type it has no document */
export function DocumentThumb({ receiptId, mediaType }) {
  const address = `/api/receipts/${receiptId}/image`;
  const picture = mediaType?.startsWith("image/") ? `${address}?width=${WIDTH}` : null;
  const pdf = mediaType === "application/pdf" ? address : null;
  return html`<${Thumb} key=${receiptId} picture=${picture} pdf=${pdf} icon=${mediaType ? "document" : "pencil"} />`;
}

/** @param {{ picture: string | null, pdf?: string | null, icon?: string }} props address of a picture, or of a PDF; what stands there without */
export function Thumb({ picture, pdf = null, icon = "document" }) {
  const [isBroken, setBroken] = useState(false);
  const [drawn, setDrawn] = useState(/** @type {string | null} */ (null));
  const place = useRef(/** @type {HTMLSpanElement | null} */ (null));
  useEffect(() => {
    if (!pdf || !place.current) return;
    let isWanted = true;
    const seeing = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      seeing.disconnect();
      atRest(async () => {
        const { smallPdfs } = await import("../shell/views/expenses.js");
        const address = isWanted ? await smallPdfs.smallPdf(pdf) : null;
        if (isWanted) setDrawn(address);
      });
    });
    seeing.observe(place.current);
    return () => {
      isWanted = false;
      seeing.disconnect();
    };
  }, [pdf]);
  const shown = picture ?? drawn;
  if (shown === null || isBroken) return html`<span ref=${place}><${Icon} name=${icon} /></span>`;
  return html`<img src=${shown} alt="" loading="lazy" decoding="async" onError=${() => setBroken(true)} />`;
}

/** @param {() => Promise<void>} act what nobody waits for: where it fails, the row keeps its symbol */
function atRest(act) {
  const begin = () => void act().catch((error) => console.warn(error));
  if ("requestIdleCallback" in globalThis) requestIdleCallback(begin, { timeout: 5000 });
  else setTimeout(begin, 1000);
}
