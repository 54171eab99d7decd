// @ts-check
/** Links by which somebody without a session fetches the files of an export. */

import { del, get, onceOnly, post } from "../api/client.js";
import { LinksDialog } from "../parts/links-dialog.js";
import { html, t } from "../words.js";

/** @import { Export } from "../api/types.js" */

const HOURS = [
  { value: "24", label: t`a day` },
  { value: "168", label: t`a week` },
  { value: "720", label: t`30 days` },
  { value: "2160", label: t`90 days` },
];

/** @param {{ shown: Export, onClose: () => void }} props */
export function LinkDialog({ shown, onClose }) {
  const path = { export_id: shown.id };
  /** @type {import("../parts/links-dialog.js").Links} */
  const links = {
    of: shown.id,
    list: (signal) => get("/api/exports/{export_id}/links", { path, signal }),
    make: (hours) => post("/api/exports/{export_id}/links", { expiresInHours: hours }, { path, headers: onceOnly() }),
    revoke: (id) => del("/api/export-links/{link_id}", { path: { link_id: id } }),
    holds: HOURS,
    usual: "168",
  };
  return html`
    <${LinksDialog} links=${links} title=${t`Link to ${shown.fileName}`} onClose=${onClose}>
      <p>${shown.files.length > 1 ? t`Anyone who has it gets the files, without signing in.` : t`Anyone who has it gets the file, without signing in.`}</p>
    <//>
  `;
}
