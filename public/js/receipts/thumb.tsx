/**
 * The small picture of a document in a list. A PDF's is drawn once the row is seen, and the page
 * is at rest.
 */

import { useEffect, useRef, useState } from "preact/hooks";

import { Icon } from "../parts/icon.tsx";

/** What the names of the browser's stores of small pictures begin with. */
export const PICTURES = "pdf-pictures:";

/** Pixels: what a small picture has on the sharpest screens. */
const WIDTH = 160;

/** Of an expense; without a media type it has no document */
export function DocumentThumb({
  receiptId,
  mediaType,
}: {
  receiptId: string;
  mediaType: string | null;
}) {
  const address = `/api/receipts/${receiptId}/image`;
  const picture = mediaType?.startsWith("image/") ? `${address}?width=${WIDTH}` : null;
  const pdf = mediaType === "application/pdf" ? address : null;
  return (
    <Thumb key={receiptId} picture={picture} pdf={pdf} icon={mediaType ? "document" : "pencil"} />
  );
}

/** Address of a picture, or of a PDF; what stands there without */
export function Thumb({
  picture,
  pdf = null,
  icon = "document",
}: {
  picture: string | null;
  pdf?: string | null;
  icon?: string;
}) {
  const [isBroken, setBroken] = useState(false);
  const [drawn, setDrawn] = useState<string | null>(null);
  const place = useRef<HTMLSpanElement | null>(null);
  useEffect(() => {
    if (!pdf || !place.current) return;
    let isWanted = true;
    const seeing = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      seeing.disconnect();
      atRest(async () => {
        const { smallPdfs } = await import("../shell/views/settings.ts");
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
  if (shown === null || isBroken)
    return (
      <span ref={place}>
        <Icon name={icon} />
      </span>
    );
  return <img src={shown} alt="" loading="lazy" decoding="async" onError={() => setBroken(true)} />;
}

/** @param act what nobody waits for: where it fails, the row keeps its symbol */
function atRest(act: () => Promise<void>) {
  const begin = () => void act().catch((error) => console.warn(error));
  if ("requestIdleCallback" in globalThis) requestIdleCallback(begin, { timeout: 5000 });
  else setTimeout(begin, 1000);
}
