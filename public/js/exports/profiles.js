// @ts-check
/** The profiles of an account: how programs want their files. Made, changed, deleted. */

import { useState } from "preact/hooks";

import { del } from "../api/client.js";
import { counted } from "../format.js";
import { Dialog } from "../parts/dialog.js";
import { report } from "../state/report.js";
import { may } from "../state/session.js";
import { formatName } from "./formats.js";
import { ProfileDialog } from "./profile-dialog.js";
import { html, t } from "../words.js";

/** @import { Profile } from "../api/types.js" */

/** @param {{ profiles: Profile[], onChange: () => void }} props */
export function Profiles({ profiles, onChange }) {
  const [edited, edit] = useState(/** @type {Profile | "new" | null} */ (null));
  const [dropped, drop] = useState(/** @type {Profile | null} */ (null));
  const onDone = () => (edit(null), drop(null), onChange());
  return html`
    <section aria-labelledby="profiles">
      <h2 id="profiles">Profiles</h2>
      <p class="quiet">Columns, codes and separators that another program asks for. Each profile is one of the formats above.</p>
      ${profiles.length > 0 &&
      html`
        <ul class="lines" aria-label="Profiles">
          ${profiles.map(
            (profile) => html`
              <li class="line" key=${profile.id}>
                <div class="line-text">
                  <span class="line-title">${profile.name}</span>
                  <span class="line-note">${formatName(profile.format)} · ${counted(profile.inUse, "export")}</span>
                  ${may("export") &&
                  html`
                    <span class="line-actions">
                      <button type="button" class="button small" aria-label=${t`Edit ${profile.name}`} onClick=${() => edit(profile)}>
                        Edit …
                      </button>
                      <button
                        type="button"
                        class="button small danger"
                        aria-label=${t`Delete ${profile.name}`}
                        onClick=${() => drop(profile)}
                      >
                        Delete …
                      </button>
                    </span>
                  `}
                </div>
              </li>
            `,
          )}
        </ul>
      `}
      ${may("export") &&
      html`<p><button type="button" class="button" onClick=${() => edit("new")}>New profile for DATEV, Xero or CSV …</button></p>`}
      ${edited && html`<${ProfileDialog} profile=${edited === "new" ? null : edited} onClose=${() => edit(null)} onDone=${onDone} />`}
      ${dropped && html`<${Delete} profile=${dropped} onClose=${() => drop(null)} onDone=${onDone} />`}
    </section>
  `;
}

/** @param {{ profile: Profile, onClose: () => void, onDone: () => void }} props */
function Delete({ profile, onClose, onDone }) {
  const remove = () => del("/api/export-profiles/{profile_id}", { path: { profile_id: profile.id } }).then(onDone, report);
  return html`
    <${Dialog} title=${t`Delete ${profile.name}`} action="Delete the profile" isDanger onClose=${onClose} onAction=${remove}>
      <p>What was exported by it stays. What is new since its last export is not known without it.</p>
    <//>
  `;
}
