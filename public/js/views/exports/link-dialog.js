// @ts-check
/** Links by which somebody without a session fetches the files of an export. */

import { html } from "htm/preact";
import { useState } from "preact/hooks";

import { del, get, post } from "../../api/client.js";
import { Dialog } from "../../parts/dialog.js";
import { TextField } from "../../parts/fields.js";
import { Moment } from "../../parts/values.js";
import { report } from "../../state/report.js";
import { useRequest } from "../../state/request.js";

/** @import { ExportShape } from "../../api/types.js" */

/** @param {{ shown: ExportShape, onClose: () => void }} props */
export function LinkDialog({ shown, onClose }) {
  const [address, setAddress] = useState("");
  const path = { export_id: shown.id };
  const { answer, again } = useRequest((signal) => get("/api/exports/{export_id}/links", { path, signal }), [shown.id]);
  const make = async () => {
    try {
      const { url } = await post("/api/exports/{export_id}/links", { expiresInHours: 168 }, { path });
      setAddress(new URL(url, location.origin).href);
      again();
    } catch (error) {
      report(error);
    }
  };
  const revoke = (/** @type {string} */ id) =>
    del("/api/export-links/{link_id}", { path: { link_id: id } }).then(() => (setAddress(""), again()), report);
  const active = (answer?.items ?? []).filter(({ status }) => status === "active");
  return html`
    <${Dialog} title=${`Link to ${shown.fileName}`} action="Make a link for a week" onClose=${onClose} onAction=${make}>
      <p>Whoever has it gets the file, without signing in.</p>
      ${address && html`<${TextField} label="The link, shown this once" value=${address} onValue=${() => {}} attributes=${{ readOnly: true }} />`}
      ${active.map(
        ({ id, expiresAt }) => html`
          <p key=${id}>
            Holds until <${Moment} at=${expiresAt} />.${" "}
            <button type="button" class="button small danger" onClick=${() => revoke(id)}>Take it back</button>
          </p>
        `,
      )}
    <//>
  `;
}
