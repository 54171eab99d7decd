/**
 * The account's access tokens: which there are, what each may, until when, and an end to each; and
 * new ones.
 */

import { useState } from "preact/hooks";

import { del, get } from "../api/client.ts";
import { notify } from "../notifications/notices.ts";
import { FormDialog } from "../parts/form.tsx";
import { tellOfLostSecret } from "../parts/lost-secret.ts";
import { New } from "../parts/new.tsx";
import { Day } from "../parts/values.tsx";
import { Waiting } from "../parts/view.tsx";
import { useRequest } from "../state/request.ts";
import { MakeToken } from "./make-token.tsx";
import { ShownOnce } from "./person-dialogs.tsx";
import { t } from "../words.ts";
import type { NewToken, Token } from "../api/types.d.ts";

export function Tokens() {
  const { answer, problem, isLoading, again } = useRequest(
    (signal) => get("/api/tokens", { query: { limit: 100 }, signal }),
    [],
  );
  const [chosen, choose] = useState<Token | null>(null);
  const [fresh, show] = useState<NewToken | null>(null);
  const made = (token: NewToken) => {
    if (token.token === null) tellOfLostSecret();
    else show(token);
    again();
  };
  return (
    <section class="card" aria-labelledby="tokens-title">
      <h2 id="tokens-title">Access tokens</h2>
      <Waiting problem={problem} isLoading={isLoading && !answer} onAgain={again} />
      {answer?.items.length === 0 && <p class="quiet">There is none.</p>}
      {answer && answer.items.length > 0 && (
        <ul class="lines">
          {answer.items.map((token) => (
            <Token key={token.id} token={token} onRevoke={() => choose(token)} />
          ))}
        </ul>
      )}
      <New label={t`New token …`}>{(close) => <MakeToken onClose={close} onMade={made} />}</New>
      {fresh && (
        <ShownOnce
          title="The new token"
          label="Token"
          value={fresh.token ?? ""}
          says="Anyone who has it can do what it allows. It is shown only now, and kept nowhere."
          onClose={() => show(null)}
        />
      )}
      {chosen && <Revoke token={chosen} onClose={() => choose(null)} onDone={again} />}
    </section>
  );
}

function Token({ token, onRevoke }: { token: Token; onRevoke: () => void }) {
  const { name, userName, status, expiresAt, revokedAt, lastUsedAt, scopes, addresses } = token;
  const until = revokedAt ?? expiresAt;
  const words = { active: t`until`, expired: t`expired`, revoked: t`revoked` };
  const word = words[status as keyof typeof words];
  return (
    <li class="line">
      <div class="line-text">
        <span class="line-title">{name}</span>
        <span class="line-note">
          {userName} ·{" "}
          {until ? (
            <>
              {word} <Day day={until.slice(0, 10)} />
            </>
          ) : (
            t`without an end`
          )}
          {" · "}
          {lastUsedAt ? (
            <>
              last used <Day day={lastUsedAt.slice(0, 10)} />
            </>
          ) : (
            t`not used yet`
          )}
          <br />
          {scopes ? t`may ${scopes.join(", ")}` : t`has all permissions of its owner`}
          {addresses && t`, from ${addresses.join(", ")}`}
        </span>
        {status === "active" && (
          <span class="line-amount">
            <button
              type="button"
              class="button small danger"
              aria-label={t`Revoke ${name}`}
              onClick={onRevoke}
            >
              Revoke…
            </button>
          </span>
        )}
      </div>
    </li>
  );
}

function Revoke({
  token,
  onClose,
  onDone,
}: {
  token: Token;
  onClose: () => void;
  onDone: () => void;
}) {
  const revoke = async () => {
    await del("/api/tokens/{token_id}", { path: { token_id: token.id } });
    notify(t`The token “${token.name}” is revoked.`, { kind: "success" });
    onDone();
  };
  return (
    <FormDialog
      title={t`Revoke “${token.name}”?`}
      action="Revoke"
      isDanger
      onSend={revoke}
      onClose={onClose}
    >
      <p>Whatever uses it is refused from now on.</p>
    </FormDialog>
  );
}
