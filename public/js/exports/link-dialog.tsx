/** Links by which somebody without a session fetches the files of an export. */

import { del, get, post } from "../api/client.ts";
import { LinksDialog } from "../parts/links-dialog.tsx";
import { t } from "../words.ts";
import type { Export } from "../api/types.d.ts";
import type { Links } from "../parts/links-dialog.tsx";

const HOURS = [
  { value: "24", label: t`a day` },
  { value: "168", label: t`a week` },
  { value: "720", label: t`30 days` },
  { value: "2160", label: t`90 days` },
];

export function LinkDialog({ shown, onClose }: { shown: Export; onClose: () => void }) {
  const path = { export_id: shown.id };
  const links: Links = {
    of: shown.id,
    list: (signal) => get("/api/exports/{export_id}/links", { path, signal }),
    make: (hours) => post("/api/exports/{export_id}/links", { expiresInHours: hours }, { path }),
    revoke: (id) => del("/api/export-links/{link_id}", { path: { link_id: id } }),
    holds: HOURS,
    usual: "168",
  };
  return (
    <LinksDialog links={links} title={t`Link to ${shown.fileName}`} onClose={onClose}>
      <p>
        {shown.files.length > 1
          ? t`Anyone who has it gets the files, without signing in.`
          : t`Anyone who has it gets the file, without signing in.`}
      </p>
    </LinksDialog>
  );
}
