/** Settings: what whoever is signed in is told, how, and where mail to them goes. */

import { del, get, put } from "../api/client.ts";
import { nameOfThisDevice } from "../api/device.ts";
import { Chasing } from "./chasing.tsx";
import { notify } from "./notices.ts";
import { groupsOf } from "./topics.ts";
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
import type { Group } from "./topics.ts";

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
      {answer && <Address mail={answer.mail} onChange={again} />}
      {answer && <Choices answer={answer} onAnswer={set} />}
      {answer && may("administer") && <Chasing />}
      {answer && Devices && <Devices name={nameOfThisDevice()} />}
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
  async function choose(choices: NoticeChoice[]) {
    try {
      for (const { topic, inApp, byMail } of choices)
        onAnswer(await put("/api/notices/choices", { topic, inApp, byMail }));
      notify(t`Saved.`, { kind: "success" });
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
      {groupsOf(answer.items).map((group) => (
        <GroupOfChoices key={group.name} group={group} onChoose={choose} />
      ))}
    </section>
  );
}

type OnChoose = (choices: NoticeChoice[]) => void;

function GroupOfChoices({ group, onChoose }: { group: Group; onChoose: OnChoose }) {
  const { name, title, choices } = group;
  const switchOf = (channel: "inApp" | "byMail", label: string) => {
    const may = choices.filter(({ mayMail }) => channel === "inApp" || mayMail);
    const on = may.filter((choice) => choice[channel]).length;
    const change = (isOn: boolean) =>
      onChoose(
        may
          .filter((choice) => choice[channel] !== isOn)
          .map((choice) => ({ ...choice, [channel]: isOn })),
      );
    return (
      may.length > 1 && (
        <label>
          <input
            type="checkbox"
            checked={on === may.length}
            indeterminate={on > 0 && on < may.length}
            aria-label={`${title}: ${label}`}
            onChange={(event: Event) => change((event.target as HTMLInputElement).checked)}
          />
          {` ${label} `}
        </label>
      )
    );
  };
  return (
    <div role="group" aria-labelledby={`told-${name}`} class="notice-group">
      <div class="section-head">
        <h3 id={`told-${name}`}>{title}</h3>
        <span class="line-actions">
          {switchOf("inApp", t`All in the app`)} {switchOf("byMail", t`All by mail`)}
        </span>
      </div>
      <ul class="lines">
        {choices.map((choice) => (
          <Choice key={choice.topic} choice={choice} onChoose={(it) => onChoose([it])} />
        ))}
      </ul>
    </div>
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
