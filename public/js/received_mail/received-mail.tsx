/** The mail that came, and what became of each paper in it. */

import { useState } from "preact/hooks";

import { get, post } from "../api/client.ts";
import { counted, moment } from "../format.ts";
import { Dialog } from "../parts/dialog.tsx";
import { Waiting } from "../parts/view.tsx";
import { useRequest } from "../state/request.ts";
import { may } from "../state/session.ts";
import { useAct } from "../parts/use-act.ts";
import { pageOfReceipt } from "../receipts/address.ts";
import { t } from "../words.ts";
import type { ReceivedMail, ReceivedAttachment } from "../api/types.d.ts";

const SHOWN = 50;
const STATES: Record<string, string> = {
  stored: t`being read`,
  done: t`read`,
  refused: t`refused`,
  failed: t`failed`,
};
const OUTCOMES: Record<string, string> = {
  taken: t`taken`,
  known: t`was there already`,
  refused: t`not taken`,
  left_out: t`left out`,
};

export function ReceivedMail() {
  const { answer, problem, isLoading, again } = useRequest(
    (signal) => get("/api/received-mail", { query: { limit: SHOWN }, signal }),
    [],
  );
  const [chosen, choose] = useState<ReceivedMail | null>(null);
  const close = () => choose(null);
  return (
    <section class="card" aria-labelledby="received-title">
      <h2 id="received-title">What came</h2>
      <Waiting problem={problem} isLoading={isLoading && !answer} onAgain={again} />
      {answer?.items.length === 0 && <p class="quiet">No mail came yet.</p>}
      <ul class="lines is-wrapped">
        {answer?.items.map((mail) => (
          <Mail key={mail.id} mail={mail} onOpen={() => choose(mail)} />
        ))}
      </ul>
      {answer?.nextCursor && <p class="quiet">These are the {SHOWN} newest.</p>}
      {chosen && (
        <Papers
          mail={chosen}
          onClose={close}
          onDone={() => {
            close();
            again();
          }}
        />
      )}
    </section>
  );
}

function Mail({ mail, onOpen }: { mail: ReceivedMail; onOpen: () => void }) {
  const { subject, sender, receivedAt, state, taken, refused, why } = mail;
  const title = subject || t`A mail without a subject`;
  const notes = [
    sender,
    moment(receivedAt),
    state === "done" ? counted(taken, "receipt") : STATES[state],
    refused > 0 && t`${refused} not taken`,
    why,
  ];
  return (
    <li class="line">
      <div class="line-text">
        <span class="line-title">{title}</span>
        <span class="line-note">{notes.filter(Boolean).join(" · ")}</span>
        <span class="line-actions">
          <button
            type="button"
            class="button small"
            aria-label={t`Papers of ${title}`}
            onClick={onOpen}
          >
            Papers…
          </button>
        </span>
      </div>
    </li>
  );
}

function Papers({
  mail,
  onClose,
  onDone,
}: {
  mail: ReceivedMail;
  onClose: () => void;
  onDone: () => void;
}) {
  const path = { mail_id: mail.id };
  const { answer, problem, isLoading, again } = useRequest(
    (signal) => get("/api/received-mail/{mail_id}", { path, signal }),
    [mail.id],
  );
  const {
    isBusy,
    problem: refused,
    act,
  } = useAct(async () => {
    await post("/api/received-mail/{mail_id}/replay", null, { path });
    onDone();
  });
  const canReplay = mail.state === "failed" && may("operate");
  const asked = canReplay
    ? { action: t`Work off again`, onAction: act, isBusy, problem: refused }
    : {};
  const proof = mail.isAuthenticated ? t`proven by its domain` : t`not proven`;
  return (
    <Dialog title={mail.subject || t`A mail without a subject`} {...asked} onClose={onClose}>
      <p>
        From {mail.sender}, {proof}; as receipts of {mail.userName}.
      </p>
      {mail.why && <p class="form-problem">{mail.why}</p>}
      <Waiting problem={problem} isLoading={isLoading && !answer} onAgain={again} />
      <ul class="lines is-wrapped">
        {answer?.papers.map((paper, number) => (
          <Paper key={number} paper={paper} />
        ))}
      </ul>
    </Dialog>
  );
}

function Paper({ paper }: { paper: ReceivedAttachment }) {
  const name = paper.name ?? t`A file without a name`;
  const page =
    paper.runId && (paper.receiptId ? pageOfReceipt(paper.runId) : `/runs/${paper.runId}`);
  const note = [OUTCOMES[paper.outcome], paper.why].filter(Boolean).join(": ");
  return (
    <li class="line">
      <div class="line-text">
        <span class="line-title">{page ? <a href={page}>{name}</a> : name}</span>
        <span class="line-note">{note}</span>
      </div>
    </li>
  );
}
