// @ts-check
/** Links by which somebody without a session fetches the files of an export. */

import { html } from "htm/preact";
import { useState } from "preact/hooks";

import { ApiError, del, get, onceOnly, post } from "../../api/client.js";
import { Dialog } from "../../parts/dialog.js";
import { SelectField, TextField } from "../../parts/fields.js";
import { Moment } from "../../parts/values.js";
import { report } from "../../state/report.js";
import { useRequest } from "../../state/request.js";

/** @import { ExportShape } from "../../api/types.js" */

const HOLDS = [
  { value: "24", label: "a day" },
  { value: "168", label: "a week" },
  { value: "720", label: "30 days" },
  { value: "2160", label: "90 days" },
];

/** @param {{ shown: ExportShape, onClose: () => void }} props */
export function LinkDialog({ shown, onClose }) {
  const [address, setAddress] = useState("");
  const [hours, setHours] = useState("168");
  const [problem, setProblem] = useState(/** @type {string | null} */ (null));
  const path = { export_id: shown.id };
  const { answer, again } = useRequest((signal) => get("/api/exports/{export_id}/links", { path, signal }), [shown.id]);
  const make = async () => {
    setProblem(null);
    try {
      const { url } = await post("/api/exports/{export_id}/links", { expiresInHours: Number(hours) }, { path, headers: onceOnly() });
      setAddress(new URL(url ?? "", location.origin).href);
      again();
    } catch (error) {
      if (error instanceof ApiError) setProblem(error.fieldErrors[0]?.message ?? error.message);
      else report(error);
    }
  };
  const revoke = (/** @type {string} */ id) =>
    del("/api/export-links/{link_id}", { path: { link_id: id } }).then(() => (setAddress(""), again()), report);
  const links = answer?.items ?? [];
  const active = links.filter(({ status }) => status === "active");
  const ended = links.filter(({ status }) => status !== "active");
  const chosen = HOLDS.find(({ value }) => value === hours)?.label;
  return html`
    <${Dialog} title=${`Link to ${shown.fileName}`} action=${`Make a link for ${chosen}`} problem=${problem} onClose=${onClose} onAction=${make}>
      <p>Whoever has it gets the ${shown.files.length > 1 ? "files" : "file"}, without signing in.</p>
      <${SelectField} label="It holds for" options=${HOLDS} value=${hours} onValue=${setHours} />
      ${address && html`<${TextField} label="The link, shown this once" value=${address} onValue=${() => {}} attributes=${{ readOnly: true }} />`}
      ${active.map(
        ({ id, expiresAt }) => html`
          <p key=${id}>
            Holds until <${Moment} at=${expiresAt} />.${" "}
            <button type="button" class="button small danger" onClick=${() => revoke(id)}>Take it back</button>
          </p>
        `,
      )}
      ${ended.map(
        ({ id, status, expiresAt }) => html`
          <p key=${id} class="quiet">
            ${status === "revoked" ? "Taken back" : html`Ended <${Moment} at=${expiresAt} />`}
          </p>
        `,
      )}
    <//>
  `;
}
