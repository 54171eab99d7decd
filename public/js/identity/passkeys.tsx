/** The passkeys of whoever is signed in: made here, named, removed. */

import { useState } from "preact/hooks";

import { del, get, patch } from "../api/client.ts";
import { hasPasskeys } from "../api/device.ts";
import { notify } from "../notifications/notices.ts";
import { FormDialog } from "../parts/form.tsx";
import { lazy } from "../parts/lazy.ts";
import { New } from "../parts/new.tsx";
import { Day } from "../parts/values.tsx";
import { Waiting } from "../parts/view.tsx";
import { useRequest } from "../state/request.ts";
import { field } from "../values/schema.ts";
import { t } from "../words.ts";
import type { Passkey } from "../api/types.d.ts";
import type { Body } from "../parts/form.tsx";

const PasskeyDialog = lazy(() =>
  import("./passkey-dialog.tsx").then((module) => module.PasskeyDialog),
);

export function Passkeys() {
  const { answer, problem, isLoading, again } = useRequest(
    (signal) => get("/api/passkeys", { signal }),
    [],
  );
  const [removed, remove] = useState<Passkey | null>(null);
  const [named, name] = useState<Passkey | null>(null);
  const items = answer?.items ?? [];
  return (
    <section class="card" aria-labelledby="passkeys-title">
      <h2 id="passkeys-title">Passkeys</h2>
      <p class="quiet">
        A passkey signs you in with this device's PIN, a finger or your face. No link is needed.
      </p>
      <Waiting problem={problem} isLoading={isLoading && !answer} onAgain={again} />
      {items.length > 0 && (
        <ul class="lines">
          {items.map((passkey) => (
            <Passkey
              key={passkey.id}
              passkey={passkey}
              onName={() => name(passkey)}
              onRemove={() => remove(passkey)}
            />
          ))}
        </ul>
      )}
      <NewPasskey onDone={again} />
      {named && <Rename passkey={named} onClose={() => name(null)} onDone={again} />}
      {removed && (
        <Remove
          passkey={removed}
          isLast={items.length === 1}
          onClose={() => remove(null)}
          onDone={again}
        />
      )}
    </section>
  );
}

function Passkey({
  passkey,
  onName,
  onRemove,
}: {
  passkey: Passkey;
  onName: () => void;
  onRemove: () => void;
}) {
  const { name, host, synced, createdAt, lastUsedAt } = passkey;
  const where = host === location.hostname ? "" : t`for ${host} · `;
  return (
    <li class="line">
      <div class="line-text">
        <span class="line-title">{name}</span>
        <span class="line-note">
          {where}
          {synced ? t`on your other devices too · ` : ""}made <Day day={createdAt.slice(0, 10)} />
          {" · "}
          {lastUsedAt ? (
            <>
              last used <Day day={lastUsedAt.slice(0, 10)} />
            </>
          ) : (
            t`not used yet`
          )}
        </span>
        <span class="line-actions">
          <button
            type="button"
            class="button small"
            aria-label={t`Rename ${name}`}
            onClick={onName}
          >
            Rename…
          </button>
          <button
            type="button"
            class="button small danger"
            aria-label={t`Remove ${name}`}
            onClick={onRemove}
          >
            Remove…
          </button>
        </span>
      </div>
    </li>
  );
}

function NewPasskey({ onDone }: { onDone: () => void }) {
  if (!hasPasskeys()) {
    return (
      <p class="quiet">
        This browser, or this address, has no passkeys: on this machine, open http://localhost.
      </p>
    );
  }
  return (
    <New label={t`New passkey …`}>
      {(close) => <PasskeyDialog onClose={close} onDone={onDone} />}
    </New>
  );
}

const NAME = [field("name", t`Name`, { maxLength: 100 })];

function Rename({
  passkey,
  onClose,
  onDone,
}: {
  passkey: Passkey;
  onClose: () => void;
  onDone: () => void;
}) {
  const rename = ({ name }: Body) =>
    patch("/api/passkeys/{passkey_id}", { name }, { path: { passkey_id: passkey.id } }).then(
      onDone,
    );
  const asked = {
    title: t`Rename the passkey`,
    action: t`Rename`,
    fields: NAME,
    values: { name: passkey.name },
  };
  return <FormDialog {...asked} onSend={rename} onClose={onClose} />;
}

function Remove({
  passkey,
  isLast,
  onClose,
  onDone,
}: {
  passkey: Passkey;
  isLast: boolean;
  onClose: () => void;
  onDone: () => void;
}) {
  const remove = async () => {
    await del("/api/passkeys/{passkey_id}", {
      path: { passkey_id: passkey.id },
      query: { last: isLast },
    });
    notify(t`The passkey “${passkey.name}” is removed.`, { kind: "success" });
    onDone();
  };
  return (
    <FormDialog
      title={t`Remove “${passkey.name}”?`}
      action="Remove"
      isDanger
      onSend={remove}
      onClose={onClose}
    >
      {isLast ? (
        <p>
          It is your last one: you will sign in by a link only, which an owner of the account makes
          for you.
        </p>
      ) : (
        <p>
          Nobody signs in with it any more. Anyone who is signed in by it stays so until you sign
          out everywhere.
        </p>
      )}
    </FormDialog>
  );
}
