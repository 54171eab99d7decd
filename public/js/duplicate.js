// @ts-check
/** Two receipts that look like the same purchase, side by side. */

import { smallPicture } from "./api.js";
import { el, icon } from "./dom.js";
import { date, money, UNKNOWN } from "./format.js";

/** @import { Duplicate, Run } from "./api.js" */

const PICTURE_WIDTH = 640;

/**
 * @param {Run} run
 * @param {Duplicate} other
 */
export function duplicateOf(run, other) {
  const { extraction, receipt } = run;
  const own = {
    merchant: extraction?.merchant?.value ?? UNKNOWN,
    date: date(extraction?.date?.value),
    total: money(extraction?.total?.value, extraction?.currency?.value),
  };
  const its = { merchant: other.merchant, date: date(other.date), total: money(other.total, other.currency) };
  // What type the other has is not known here; a PDF has no picture and stays an icon.
  const otherImage = `/api/receipts/${encodeURIComponent(other.receiptId)}/image?width=${PICTURE_WIDTH}`;
  return el(
    "div",
    { class: "duplicate" },
    side("This receipt", own, receipt ? smallPicture(receipt, PICTURE_WIDTH) : null, null),
    side("Already an expense", its, otherImage, `/runs/${other.runId}`),
  );
}

/**
 * @param {string} title
 * @param {{ merchant: string, date: string, total: string }} values
 * @param {string | null} picture
 * @param {string | null} href
 */
function side(title, values, picture, href) {
  const thumb = el("span", { class: "duplicate-picture" }, icon("document"));
  if (picture) {
    const image = el("img", { src: picture, alt: "", loading: "lazy", decoding: "async" });
    image.addEventListener("load", () => thumb.replaceChildren(image));
    thumb.append(image);
  }
  return el(
    "div",
    { class: "duplicate-side" },
    el("p", { class: "duplicate-title" }, title),
    href ? el("a", { href, "aria-label": `Open the other receipt, ${values.merchant}` }, thumb) : thumb,
    el("p", { class: "duplicate-merchant" }, values.merchant),
    el("p", {}, values.date),
    el("p", { class: "duplicate-total" }, values.total),
    href && el("a", { href }, "Open it"),
  );
}
