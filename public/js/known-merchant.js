// @ts-check
/** That a merchant was recognised, by what, and the way to take that back. */

import { forgetMerchant } from "./api.js";
import { el } from "./dom.js";
import { moment } from "./format.js";

/** @import { Extraction, KnownAs } from "./api.js" */

/**
 * @param {Extraction | null} extraction
 * @returns {HTMLElement | null} null where the merchant was not known
 */
export function knownAsOf(extraction) {
  const { knownAs, merchant } = extraction ?? {};
  if (!knownAs || !merchant?.value) return null;
  const name = merchant.value;
  const element = el("p", { class: "known-as quiet", role: "status" });
  const undo = el("button", { type: "button", class: "button small" }, "Undo");
  undo.setAttribute("aria-label", `Undo: do not take this for ${name} any more`);
  undo.addEventListener("click", async () => {
    undo.disabled = true;
    try {
      await forgetMerchant(name, knownAs);
      element.replaceChildren(`Forgotten: the next such receipt is not taken for ${name}.`);
    } catch (error) {
      undo.disabled = false;
      element.replaceChildren(/** @type {Error} */ (error).message, " ", undo);
    }
  });
  element.append(sentenceOf(knownAs), " ", undo);
  return element;
}

/** @param {KnownAs} knownAs */
function sentenceOf({ by, times, since, spelling, taxId }) {
  const often = times === 1 ? "once" : `${times} times`;
  const first = times === 1 ? "on" : "since";
  const lead = by === "tax_id" ? `with the tax number ${taxId}` : `as “${spelling}”`;
  return `Seen ${often} ${lead}, ${first} ${moment(since)}.`;
}
