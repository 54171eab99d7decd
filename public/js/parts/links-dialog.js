// @ts-check
/** Links by which somebody without a session sees one thing: made for a time, and taken back. */

import { useState } from "preact/hooks";

import { ApiError } from "../api/client.js";
import { report } from "../state/report.js";
import { useRequest } from "../state/request.js";
import { CopyField } from "./copy-field.js";
import { Dialog } from "./dialog.js";
import { SelectField } from "./fields.js";
import { Moment } from "./values.js";
import { html, t } from "../words.js";

/** @typedef {{ id: string, status: "active" | "expired" | "revoked", expiresAt: string }} Link */

/**
 * @typedef {object} Links
 * @property {string} of the id of what they lead to
 * @property {(signal: AbortSignal) => Promise<{ items: Link[] }>} list
 * @property {(time: number) => Promise<{ url: string | null }>} make for so many of the times in `holds`; `url` is shown this once
 * @property {(id: string) => Promise<unknown>} revoke
 * @property {{ value: string, label: string }[]} holds how long a link may hold
 * @property {string} usual which of them is chosen first
 */

/** @param {{ links: Links, title: string, children: unknown, onClose: () => void }} props */
export function LinksDialog({ links, title, children, onClose }) {
  const [address, setAddress] = useState("");
  const [time, setTime] = useState(links.usual);
  const [problem, setProblem] = useState(/** @type {string | null} */ (null));
  const { answer, again } = useRequest(links.list, [links.of]);
  const make = async () => {
    setProblem(null);
    try {
      const { url } = await links.make(Number(time));
      setAddress(new URL(url ?? "", location.origin).href);
      again();
    } catch (error) {
      if (error instanceof ApiError) setProblem(error.fieldErrors[0]?.message ?? error.message);
      else report(error);
    }
  };
  const revoke = (/** @type {string} */ id) => links.revoke(id).then(() => (setAddress(""), again()), report);
  const made = answer?.items ?? [];
  const active = made.filter(({ status }) => status === "active");
  const ended = made.filter(({ status }) => status !== "active");
  const chosen = links.holds.find(({ value }) => value === time)?.label;
  return html`
    <${Dialog} title=${title} action=${t`Make a link for ${chosen}`} problem=${problem} onClose=${onClose} onAction=${make}>
      ${children}
      <${SelectField} label="It holds for" options=${links.holds} value=${time} onValue=${setTime} />
      ${address && html`<${CopyField} label="Link" value=${address} />
        <p class="quiet">The link is shown this once.</p>`}
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
            ${status === "revoked" ? t`Taken back` : html`Ended <${Moment} at=${expiresAt} />`}
          </p>
        `,
      )}
    <//>
  `;
}
