/** The profiles of an account: how programs want their files. Made, changed, deleted. */

import { useState } from "preact/hooks";

import { del } from "../api/client.ts";
import { counted } from "../format.ts";
import { Dialog } from "../parts/dialog.tsx";
import { report } from "../state/report.ts";
import { may } from "../state/session.ts";
import { formatName } from "./formats.ts";
import { ProfileDialog } from "./profile-dialog.tsx";
import { t } from "../words.ts";
import type { Profile } from "../api/types.d.ts";

export function Profiles({ profiles, onChange }: { profiles: Profile[]; onChange: () => void }) {
  const [edited, edit] = useState<Profile | "new" | null>(null);
  const [dropped, drop] = useState<Profile | null>(null);
  const onDone = () => {
    edit(null);
    drop(null);
    onChange();
  };
  return (
    <section aria-labelledby="profiles">
      <h2 id="profiles">Profiles</h2>
      <p class="quiet">
        Columns, codes and separators that another program asks for. Each profile is one of the
        formats above.
      </p>
      {profiles.length > 0 && (
        <ul class="lines" aria-label="Profiles">
          {profiles.map((profile) => (
            <li class="line" key={profile.id}>
              <div class="line-text">
                <span class="line-title">{profile.name}</span>
                <span class="line-note">
                  {formatName(profile.format)} ·{" "}
                  {profile.inUse === 0 ? t`not used yet` : counted(profile.inUse, "export")}
                </span>
                {may("export") && (
                  <span class="line-actions">
                    <button
                      type="button"
                      class="button small"
                      aria-label={t`Edit ${profile.name}`}
                      onClick={() => edit(profile)}
                    >
                      Edit …
                    </button>
                    <button
                      type="button"
                      class="button small danger"
                      aria-label={t`Delete ${profile.name}`}
                      onClick={() => drop(profile)}
                    >
                      Delete …
                    </button>
                  </span>
                )}
              </div>
            </li>
          ))}
        </ul>
      )}
      {may("export") && (
        <p>
          <button type="button" class="button" onClick={() => edit("new")}>
            New profile for DATEV, Xero or CSV …
          </button>
        </p>
      )}
      {edited && (
        <ProfileDialog
          profile={edited === "new" ? null : edited}
          onClose={() => edit(null)}
          onDone={onDone}
        />
      )}
      {dropped && <Delete profile={dropped} onClose={() => drop(null)} onDone={onDone} />}
    </section>
  );
}

function Delete({
  profile,
  onClose,
  onDone,
}: {
  profile: Profile;
  onClose: () => void;
  onDone: () => void;
}) {
  const remove = () =>
    del("/api/export-profiles/{profile_id}", { path: { profile_id: profile.id } }).then(
      onDone,
      report,
    );
  return (
    <Dialog
      title={t`Delete ${profile.name}`}
      action="Delete the profile"
      isDanger
      onClose={onClose}
      onAction={remove}
    >
      <p>
        What was exported by it stays. What is new since its last export is not known without it.
      </p>
    </Dialog>
  );
}
