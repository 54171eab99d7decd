/** Links by which whoever is to pay a claim sees it, without signing in. */

import { del, get, post } from "../api/client.ts";
import { LinksDialog } from "../parts/links-dialog.tsx";
import { t } from "../words.ts";
import type { ClaimDetail } from "../api/types.d.ts";
import type { Links } from "../parts/links-dialog.tsx";

const DAYS = [
  { value: "30", label: t`30 days` },
  { value: "90", label: t`90 days` },
  { value: "365", label: t`a year` },
];

export function ClaimLinkDialog({ claim, onClose }: { claim: ClaimDetail; onClose: () => void }) {
  const path = { claim_id: claim.id };
  const links: Links = {
    of: claim.id,
    list: (signal) => get("/api/claims/{claim_id}/links", { path, signal }),
    make: (days) => post("/api/claims/{claim_id}/links", { expiresInDays: days }, { path }),
    revoke: (id) => del("/api/claim-links/{claim_link_id}", { path: { claim_link_id: id } }),
    holds: DAYS,
    usual: "90",
  };
  return (
    <LinksDialog links={links} title="Link for the payer" onClose={onClose}>
      <p>Anyone who has it sees it with its receipts, and can say that it is paid or wrong.</p>
    </LinksDialog>
  );
}
