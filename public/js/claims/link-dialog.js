// @ts-check
/** Links by which whoever is to pay a claim sees it, without signing in. */

import { del, get, onceOnly, post } from "../api/client.js";
import { LinksDialog } from "../parts/links-dialog.js";
import { html, t } from "../words.js";

/** @import { ClaimDetail } from "../api/types.js" */

const DAYS = [
  { value: "30", label: t`30 days` },
  { value: "90", label: t`90 days` },
  { value: "365", label: t`a year` },
];

/** @param {{ claim: ClaimDetail, onClose: () => void }} props */
export function ClaimLinkDialog({ claim, onClose }) {
  const path = { claim_id: claim.id };
  /** @type {import("../parts/links-dialog.js").Links} */
  const links = {
    of: claim.id,
    list: (signal) => get("/api/claims/{claim_id}/links", { path, signal }),
    make: (days) => post("/api/claims/{claim_id}/links", { expiresInDays: days }, { path, headers: onceOnly() }),
    revoke: (id) => del("/api/claim-links/{claim_link_id}", { path: { claim_link_id: id } }),
    holds: DAYS,
    usual: "90",
  };
  return html`
    <${LinksDialog} links=${links} title="Link for the payer" onClose=${onClose}>
      <p>Anyone who has it sees the claim with its pictures, and can say that it is paid or wrong.</p>
    <//>
  `;
}
