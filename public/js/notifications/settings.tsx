/** Settings: what whoever is signed in is told, how, and where mail to them goes. */

import { del, get, put } from "../api/client.ts";
import { nameOfThisDevice } from "../api/device.ts";
import { Chasing } from "./chasing.tsx";
import { notify } from "./notices.ts";
import { useLoaded } from "../shell/loaded.ts";
import { NewByForm } from "../parts/new.tsx";
import { View, Waiting } from "../parts/view.tsx";
import { report } from "../state/report.ts";
import { useRequest } from "../state/request.ts";
import { may } from "../state/session.ts";
import { field } from "../values/schema.ts";
import { t } from "../words.ts";
import type { NoticeChoices, NoticeChoice, MailAddress } from "../api/types.d.ts";
import type { Body } from "../parts/form.tsx";

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
      {answer && may("administer") && <Chasing />}
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

const FIELDS = [
  field("address", t`Mail address`, {
    isNeeded: true,
    maxLength: 254,
    attributes: { type: "email", autocomplete: "email", inputmode: "email" },
  }),
];

function Address({ mail, onChange }: { mail: MailAddress; onChange: () => void }) {
  const give = async ({ address }: Body) => {
    await put("/api/mail-address", { address: address.trim() });
    notify(t`A link is on its way. The address is yours once you have used it.`, {
      kind: "success",
    });
    onChange();
  };
  async function remove() {
    try {
      await del("/api/mail-address");
      notify(t`Nothing is mailed to you any more.`, { kind: "success" });
      onChange();
    } catch (error) {
      report(error);
    }
  }
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
        <NewByForm
          label={t`New address …`}
          title="New address"
          action="Mail me a link"
          fields={FIELDS}
          onSend={give}
        />
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
