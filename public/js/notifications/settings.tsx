/** Settings: what whoever is signed in is told, how, and where mail to them goes. */

import { useState } from "preact/hooks";

import { ApiError, del, get, put } from "../api/client.ts";
import { nameOfThisDevice } from "../api/passkeys.ts";
import { notify } from "./notices.ts";
import { useLoaded } from "../shell/loaded.ts";
import { TextField } from "../parts/fields.tsx";
import { View, Waiting } from "../parts/view.tsx";
import { report } from "../state/report.ts";
import { sentenceOf, useRequest } from "../state/request.ts";
import { t } from "../words.ts";
import type { NoticeChoices, NoticeChoice, MailAddress } from "../api/types.d.ts";

const STOPPED: Record<string, string> = {
  bounced: t`Mail to it came back, so nothing is sent there. If it works again, give it once more.`,
  complained: t`Mail to it was reported as spam, so nothing is sent there. Give another address.`,
};

const loadDevices = () => import("./devices.tsx");

export default function Notices() {
  const { answer, problem, isLoading, again, set } = useRequest(
    (signal) => get("/api/notices/choices", { signal }),
    [],
  );
  const Devices = useLoaded(loadDevices);
  return (
    <View title="Notices">
      <p class="quiet">
        What you are told, in the app and by mail. It holds for you alone, from now on.
      </p>
      <Waiting problem={problem} isLoading={isLoading && !answer} onAgain={again} />
      {answer && <Choices answer={answer} onAnswer={set} />}
      {answer && Devices && <Devices name={nameOfThisDevice()} />}
      {answer && <Address mail={answer.mail} onChange={again} />}
    </View>
  );
}

function Choices({
  answer,
  onAnswer,
}: {
  answer: NoticeChoices;
  onAnswer: (answer: NoticeChoices) => void;
}) {
  const canMail = answer.mail.address !== null && answer.mail.stopped === null;
  async function choose({ topic, inApp, byMail }: NoticeChoice) {
    try {
      onAnswer(await put("/api/notices/choices", { topic, inApp, byMail }));
    } catch (error) {
      report(error);
    }
  }
  return (
    <section class="card" aria-labelledby="told-title">
      <h2 id="told-title">What you are told</h2>
      {!canMail && (
        <p class="quiet">
          Mail is sent once you have a confirmed address. Until then, all is told in the app.
        </p>
      )}
      <ul class="lines">
        {answer.items.map((choice) => (
          <Choice key={choice.topic} choice={choice} onChoose={choose} />
        ))}
      </ul>
    </section>
  );
}

function Choice({
  choice,
  onChoose,
}: {
  choice: NoticeChoice;
  onChoose: (choice: NoticeChoice) => void;
}) {
  const box = (name: "inApp" | "byMail", label: string) => (
    <label>
      <input
        type="checkbox"
        checked={choice[name]}
        aria-label={`${choice.title}: ${label}`}
        onChange={(event: Event) =>
          onChoose({ ...choice, [name]: (event.target as HTMLInputElement).checked })
        }
      />
      {` ${label} `}
    </label>
  );
  return (
    <li class="line">
      <div class="line-text">
        <span class="line-title">{choice.title}</span>
        <span class="line-actions">
          {box("inApp", t`In the app`)} {choice.mayMail && box("byMail", t`By mail`)}
        </span>
      </div>
    </li>
  );
}

function Address({ mail, onChange }: { mail: MailAddress; onChange: () => void }) {
  const [address, setAddress] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  async function give(event: Event) {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      await put("/api/mail-address", { address: address.trim() });
      notify(t`A link is on its way. The address is yours once you have used it.`, {
        kind: "success",
      });
      setAddress("");
      onChange();
    } catch (error) {
      const field = error instanceof ApiError ? error.fieldErrors[0] : undefined;
      setProblem(field?.message ?? sentenceOf(error));
    } finally {
      setBusy(false);
    }
  }
  async function remove() {
    try {
      await del("/api/mail-address");
      notify(t`Nothing is mailed to you any more.`, { kind: "success" });
      onChange();
    } catch (error) {
      report(error);
    }
  }
  const field = {
    label: t`Mail address`,
    value: address,
    onValue: setAddress,
    maxLength: 254,
    problem,
  };
  return (
    <section class="card" aria-labelledby="address-title">
      <h2 id="address-title">Your mail address</h2>
      {mail.address && <p id="mail-address">{mail.address}</p>}
      {mail.stopped && <p class="form-problem">{STOPPED[mail.stopped]}</p>}
      {mail.pending && (
        <p id="mail-pending">{mail.pending} waits for the link that was mailed there to be used.</p>
      )}
      {mail.pendingStopped && <p class="form-problem">{STOPPED[mail.pendingStopped]}</p>}
      {mail.isOffered ? (
        <form class="one-field" novalidate onSubmit={give}>
          <TextField
            {...field}
            attributes={{ type: "email", autocomplete: "email", inputmode: "email" }}
          />
          <button type="submit" class="button" disabled={isBusy}>
            Mail me a link
          </button>
        </form>
      ) : (
        <p class="quiet">This deployment sends no mail.</p>
      )}
      {(mail.address || mail.pending) && (
        <button type="button" class="button" onClick={remove}>
          Take the address away
        </button>
      )}
    </section>
  );
}
