/**
 * The people of the account, for its owners: who does what, invited, let in again, locked out,
 * removed.
 */

import { useState } from "preact/hooks";

import { del, post } from "../api/client.ts";
import { notify } from "../notifications/notices.ts";
import { Menu } from "../parts/menu.tsx";
import { NewByForm } from "../parts/new.tsx";
import { Day } from "../parts/values.tsx";
import { Waiting } from "../parts/view.tsx";
import { report } from "../state/report.ts";
import { session } from "../state/session.ts";
import { Erasure } from "../privacy/erasure.tsx";
import { inWords, ROLES } from "../values/roles.ts";
import { field, trimmed } from "../values/schema.ts";
import { hasFirstName, renameOneself } from "./own-name.tsx";
import { tellOfLostSecret } from "../parts/lost-secret.ts";
import { ChangeRoles, LetIn, Link, LockOut, RemovePerson } from "./person-dialogs.tsx";
import { t } from "../words.ts";
import type { PersonLink, AccountPerson, PeopleList } from "../api/types.d.ts";
import type { Body } from "../parts/form.tsx";
import type { Requested } from "../state/request.ts";

type Act = keyof typeof DIALOGS;
type Chosen = { person: AccountPerson; act: "link" | Act };

const DIALOGS = { roles: ChangeRoles, lockOut: LockOut, remove: RemovePerson };

/** Who is in the account, as the page asks for it */
export function People({
  people: { answer, problem, isLoading, again },
}: {
  people: Requested<PeopleList>;
}) {
  const [chosen, choose] = useState<Chosen | null>(null);
  const [link, show] = useState<{ name: string; link: PersonLink } | null>(null);
  const made = (name: string, fresh: PersonLink) => {
    if (fresh.mailedTo)
      notify(t`The link for ${name} is mailed to ${fresh.mailedTo}.`, { kind: "success" });
    else if (fresh.url === null) tellOfLostSecret();
    else show({ name, link: fresh });
    again();
  };
  const close = () => choose(null);
  const ActDialog = chosen && chosen.act !== "link" ? DIALOGS[chosen.act] : null;
  return (
    <section class="card" aria-labelledby="people-title">
      <h2 id="people-title">Members</h2>
      <Waiting problem={problem} isLoading={isLoading && !answer} onAgain={again} />
      <ul class="lines is-wrapped">
        {answer?.items.map((person) => (
          <Person key={person.id} person={person} choose={choose} onChange={again} />
        ))}
      </ul>
      {answer && <Invite onMade={made} offersMail={answer.offersMail} />}
      {chosen?.act === "link" && (
        <LetIn
          person={chosen.person}
          offersMail={answer?.offersMail ?? false}
          onClose={close}
          onMade={made}
        />
      )}
      {chosen && ActDialog && <ActDialog person={chosen.person} onClose={close} onDone={again} />}
      {link && <Link {...link} onClose={() => show(null)} />}
    </section>
  );
}

function Person({
  person,
  choose,
  onChange,
}: {
  person: AccountPerson;
  choose: (chosen: Chosen) => void;
  onChange: () => void;
}) {
  const { id, name, roles, removedAt, passkeys, openLinks, mail, lastMail, letInBy } = person;
  async function takeBack() {
    try {
      await del("/api/people/{user_id}/links", { path: { user_id: id } });
      notify(t`No link lets ${name} in any more.`, { kind: "success" });
      onChange();
    } catch (error) {
      report(error);
    }
  }
  async function signOut() {
    try {
      await del("/api/people/{user_id}/sessions", { path: { user_id: id } });
      notify(t`${name} is signed out everywhere.`, { kind: "success" });
      onChange();
    } catch (error) {
      report(error);
    }
  }
  if (removedAt) {
    const note = (
      <>
        removed <Day day={removedAt.slice(0, 10)} />; what they did stays
      </>
    );
    return (
      <li class="line">
        <div class="line-text">
          <span class="line-title">{name}</span>
          <span class="line-note">{note}</span>
          <Erasure what="person" target={id} named={name}>
            <p>
              Their name, address, passkeys, tokens and notices go. What they did stays, without
              their name.
            </p>
          </Erasure>
        </div>
      </li>
    );
  }
  const has = passkeys === 1 ? t`one passkey` : passkeys ? t`${passkeys} passkeys` : t`no passkey`;
  const seenBy = letInBy?.join(", ");
  const links =
    openLinks === 1
      ? t`a link that was not used yet`
      : openLinks
        ? t`${openLinks} unused links`
        : "";
  return (
    <li class="line">
      <div class="line-text">
        <span class="line-title">
          {name}
          {id === session.value?.user.id ? t` (you)` : ""}
        </span>
        <span class="line-note">
          {[inWords(roles), has, links, mailOf(mail, lastMail)].filter(Boolean).join(" · ")}
        </span>
        {seenBy && (
          <span class="line-note">
            Joined by a link that {seenBy} had seen. Where a second person must decide, the two
            count as one until this person signs in by a link of their own.
          </span>
        )}
        <span class="line-actions">
          <button
            type="button"
            class="button small"
            aria-label={t`Roles of ${name}`}
            onClick={() => choose({ person, act: "roles" })}
          >
            Roles…
          </button>
          <Menu label={t`More for ${name}`}>
            {(close: () => void) => (
              <>
                <button
                  type="button"
                  aria-label={t`Link for ${name}`}
                  onClick={() => {
                    close();
                    choose({ person, act: "link" });
                  }}
                >
                  Sign-in link…
                </button>
                {links && (
                  <button
                    type="button"
                    aria-label={t`Revoke sign-in links of ${name}`}
                    onClick={() => {
                      close();
                      takeBack();
                    }}
                  >
                    Revoke sign-in links
                  </button>
                )}
                <button
                  type="button"
                  aria-label={t`Sign out ${name}`}
                  onClick={() => {
                    close();
                    signOut();
                  }}
                >
                  Sign out
                </button>
                <button
                  type="button"
                  aria-label={t`Lock out ${name}`}
                  onClick={() => {
                    close();
                    choose({ person, act: "lockOut" });
                  }}
                >
                  Lock out…
                </button>
                <button
                  type="button"
                  aria-label={t`Remove ${name}`}
                  onClick={() => {
                    close();
                    choose({ person, act: "remove" });
                  }}
                >
                  Remove…
                </button>
              </>
            )}
          </Menu>
        </span>
      </div>
    </li>
  );
}

/** What is wrong with the mail to somebody, or how far it is. */
function mailOf(mail: AccountPerson["mail"], lastMail: AccountPerson["lastMail"]) {
  if (lastMail === "complained") return t`mail to them was reported as spam`;
  if (lastMail === "bounced" || mail === "stopped") return t`mail to them came back`;
  if (lastMail === "unsent") return t`a mail to them could not be sent`;
  return lastMail === "waiting" ? t`a mail to them is on its way` : "";
}

const NAME = field("name", t`Name of a new person`, { maxLength: 200 });
const MAIL = field("mail", t`Mail the link to (optional)`, {
  maxLength: 254,
  hint: t`Without an address the link is shown, for you to hand on.`,
  isNullable: true,
});
const OWN_NAME = field("ownName", t`Your own name (optional)`, {
  maxLength: 200,
  hint: t`Others see it beside what you do.`,
});
const DOES = field("roles", t`What they do in the account`, {
  type: "choices",
  options: ROLES,
  initial: ["submitter"],
});

function Invite({
  offersMail,
  onMade,
}: {
  offersMail: boolean;
  onMade: (name: string, link: PersonLink) => void;
}) {
  const isNameless = hasFirstName();
  const invite = async ({ ownName, ...body }: Body) => {
    if (ownName?.trim()) await renameOneself(ownName);
    onMade(body.name.trim(), await post("/api/people", trimmed(body)));
  };
  const asked = offersMail ? [NAME, MAIL, DOES] : [NAME, DOES];
  return (
    <NewByForm
      label={t`New person …`}
      title="New person"
      action="Invite"
      fields={isNameless ? [...asked, OWN_NAME] : asked}
      onSend={invite}
    />
  );
}
