/** What an owner does to somebody of the account: a link, other roles, locked out, removed. */

import { del, post, put } from "../api/client.ts";
import { moment } from "../format.ts";
import { notify } from "../notifications/notices.ts";
import { CopyField, LinkField } from "../parts/copy-field.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { FormDialog } from "../parts/form.tsx";
import { inWords, ROLES } from "../values/roles.ts";
import { field } from "../values/schema.ts";
import { t } from "../words.ts";
import type { PersonLink, AccountPerson } from "../api/types.d.ts";
import type { Body } from "../parts/form.tsx";

type DialogProps = { person: AccountPerson; onClose: () => void; onDone: () => void };

export function LetIn({
  person,
  offersMail,
  onClose,
  onMade,
}: {
  person: AccountPerson;
  offersMail: boolean;
  onClose: () => void;
  onMade: (name: string, link: PersonLink) => void;
}) {
  const isMailed = offersMail && person.mail === "confirmed";
  const make = async () => {
    const path = { user_id: person.id };
    onMade(person.name, await post("/api/people/{user_id}/links", null, { path }));
  };
  return (
    <FormDialog
      title={t`A link for ${person.name}?`}
      action="Make the link"
      onSend={make}
      onClose={onClose}
    >
      <p>
        Anyone who opens it is signed in as {person.name}, once, within a day, and is asked to make
        a passkey.
      </p>
      {isMailed ? (
        <p>It is mailed to their confirmed address, and not shown.</p>
      ) : (
        <p>
          They have no confirmed address, so you see the link, and all owners are told. Wherever a
          second person decides, you two count as one, until they come by a link that is mailed.
        </p>
      )}
    </FormDialog>
  );
}

const FIELDS = [field("roles", t`Roles`, { type: "choices", options: ROLES, initial: [] })];

export function ChangeRoles({ person, onClose, onDone }: DialogProps) {
  const { id, name, roles: before } = person;
  const give = async ({ roles }: Body) => {
    await put("/api/people/{user_id}/roles", { roles }, { path: { user_id: id } });
    notify(t`${name} is ${inWords(roles)} from now on.`, { kind: "success" });
    onDone();
  };
  const asked = {
    title: t`What does ${name} do?`,
    action: t`Give these roles`,
    fields: FIELDS,
    values: { roles: before },
  };
  return (
    <FormDialog {...asked} onSend={give} onClose={onClose}>
      <p>
        The roles hold from the next request on, also for tokens. Tokens, links and sources of
        events that this person made end where the roles do not allow them. You can take such
        sources over.
      </p>
    </FormDialog>
  );
}

export function LockOut({ person, onClose, onDone }: DialogProps) {
  const lockOut = async () => {
    await post("/api/people/{user_id}/lock-out", null, { path: { user_id: person.id } });
    notify(t`${person.name} is signed out everywhere.`, { kind: "success" });
    onDone();
  };
  return (
    <FormDialog
      title={t`Lock ${person.name} out?`}
      action="Lock out"
      isDanger
      onSend={lockOut}
      onClose={onClose}
    >
      <p>
        All their sessions, passkeys and unused links end at once. Access tokens stay: revoke them
        below.
      </p>
      <p>A new link lets them in again.</p>
    </FormDialog>
  );
}

export function RemovePerson({ person, onClose, onDone }: DialogProps) {
  const remove = async () => {
    await del("/api/people/{user_id}", { path: { user_id: person.id } });
    notify(t`${person.name} is removed.`, { kind: "success" });
    onDone();
  };
  return (
    <FormDialog
      title={t`Remove ${person.name}?`}
      action="Remove"
      isDanger
      onSend={remove}
      onClose={onClose}
    >
      <p>
        Their sessions, passkeys, access tokens and links end at once, for good: no link lets them
        in again.
      </p>
      <p>
        Links that they made for others end too. Sources of events that they stand behind stop until
        an owner takes them over.
      </p>
      <p>What they handed in and decided stays, under their name.</p>
    </FormDialog>
  );
}

/** What is shown this once, to be copied. */
export function ShownOnce({
  title,
  label,
  value,
  says,
  onClose,
}: {
  title: string;
  label: string;
  value: string;
  says: string;
  onClose: () => void;
}) {
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{says}</p>
      <CopyField label={label} value={value} />
    </Dialog>
  );
}

export function Link({
  name,
  link,
  onClose,
}: {
  name: string;
  link: PersonLink;
  onClose: () => void;
}) {
  const says = t`Send it to nobody else. It works once, until ${moment(link.expiresAt)}, and is shown only now.`;
  return (
    <Dialog title={t`The link for ${name}`} onClose={onClose}>
      <p>{says}</p>
      <LinkField label="Link" path={link.url ?? ""} />
    </Dialog>
  );
}
