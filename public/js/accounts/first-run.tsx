/**
 * The first run: country, IBAN, alone or a team. What follows from the country is set at once.
 * Nothing else is asked before the first upload.
 */

import { useEffect, useState } from "preact/hooks";

import { get, post } from "../api/client.ts";
import { moment } from "../format.ts";
import { notify } from "../notifications/notices.ts";
import { SelectField, TextField } from "../parts/fields.tsx";
import { LinkField } from "../parts/copy-field.tsx";
import { refusalOf } from "../state/refusal.ts";
import { sentenceOf, useRequest } from "../state/request.ts";
import { may } from "../state/session.ts";
import { countryOptions } from "../values/countries.ts";
import { countryHere, settled } from "./first-run.ts";
import { t } from "../words.ts";
import { tellOfLostSecret } from "../parts/lost-secret.ts";
import { Waiting } from "../parts/view.tsx";
import { useBusy } from "../parts/use-busy.ts";
import { Problem } from "../parts/problem.tsx";
import type { ComponentChildren } from "preact";
import type { FirstRun as Answer, PersonLink } from "../api/types.d.ts";

interface FirstRunProps {
  /** whether one works alone, once that is said */
  onBegun: (isAlone: boolean) => void;
  /** it is known whether the first run is over */
  onRead: () => void;
  children: ComponentChildren;
}

/** What stands on Home: what is asked, what was set, and then `children` */
export function FirstRun(props: FirstRunProps) {
  const isAsked = may("administer");
  useEffect(() => {
    if (!isAsked) props.onRead();
  }, [isAsked]);
  if (!isAsked) return <>{props.children}</>;
  return <Beginning {...props} />;
}

function Beginning({ onBegun, onRead, children }: FirstRunProps) {
  const { answer, problem, isLoading, again } = useRequest(
    (signal) => get("/api/company", { signal }),
    [],
  );
  const [set, setSet] = useState<{ answer: Answer; isTeam: boolean } | null>(null);
  useEffect(() => {
    if (answer) onRead();
  }, [answer]);
  if (!answer) return <Waiting problem={problem} isLoading={isLoading} onAgain={again} />;
  if (answer.country && !set) return <>{children}</>;
  const onSet = (done: Answer, isTeam: boolean) => {
    onBegun(!isTeam);
    setSet({ answer: done, isTeam });
  };
  if (!set) return <Asking onSet={onSet} />;
  return (
    <>
      <Settled answer={set.answer} />
      {set.isTeam && <Colleague />}
      {children}
    </>
  );
}

function Asking({ onSet }: { onSet: (answer: Answer, isTeam: boolean) => void }) {
  const [country, setCountry] = useState(countryHere());
  const [iban, setIban] = useState("");
  const [isTeam, setTeam] = useState(false);
  const [problems, setProblems] = useState<Record<string, string>>({});
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, whileBusy] = useBusy();

  async function begin(event: Event) {
    event.preventDefault();
    if (!country) {
      setProblems({ country: t`Choose a country` });
      return;
    }
    return whileBusy(async () => {
      setProblem(null);
      try {
        const asked = { country, iban: iban.trim() || null, isAlone: !isTeam };
        onSet(await post("/api/account/first-run", asked), isTeam);
      } catch (error) {
        const refused = refusalOf(error, ["country", "iban"]);
        setProblems(refused.problems);
        setProblem(refused.problem);
      }
    });
  }

  return (
    <section class="card" aria-labelledby="first-run-title">
      <h2 id="first-run-title">Where is your company?</h2>
      <form class="settings-form" novalidate onSubmit={begin}>
        <SelectField
          label={t`Country`}
          value={country}
          options={countryOptions(country)}
          problem={problems.country}
          onValue={setCountry}
          hint={t`Currency, tax and categories follow from it.`}
        />
        <TextField
          label={t`IBAN (optional)`}
          value={iban}
          maxLength={42}
          problem={problems.iban}
          onValue={(text) => {
            setIban(text);
            setProblems({});
          }}
          hint={t`The bank account that the company pays from. Its statements are read here later.`}
          attributes={{ autocapitalize: "characters" }}
        />
        <fieldset class="choices">
          <legend>Who works with Tillroll?</legend>
          <Choice isChosen={!isTeam} onChoose={() => setTeam(false)}>
            I alone
          </Choice>
          <Choice isChosen={isTeam} onChoose={() => setTeam(true)}>
            A team
          </Choice>
        </fieldset>
        <Problem>{problem}</Problem>
        <p class="form-buttons">
          <button type="submit" class="button primary" disabled={isBusy}>
            {isBusy ? t`Setting up …` : t`Begin`}
          </button>
        </p>
        <p class="quiet">All of it can be changed in Settings.</p>
      </form>
    </section>
  );
}

function Choice({
  isChosen,
  onChoose,
  children,
}: {
  isChosen: boolean;
  onChoose: () => void;
  children: ComponentChildren;
}) {
  return (
    <label class="check">
      <input type="radio" name="team" checked={isChosen} onChange={onChoose} />
      <span>{children}</span>
    </label>
  );
}

function Settled({ answer }: { answer: Answer }) {
  return (
    <section class="card" aria-labelledby="settled-title">
      <h2 id="settled-title">You are set up</h2>
      <p>{settled(answer)}</p>
      <p>Next, let the bank send its entries. Each finds its receipt by itself, or asks for one.</p>
      <p class="form-buttons">
        {answer.bankAccountId && (
          <a class="button primary" href="/bank/sources">
            Connect a bank or card
          </a>
        )}
        <a class="button" href="/bank">
          {answer.bankAccountId ? t`Import a statement` : t`Name your bank account`}
        </a>
      </p>
    </section>
  );
}

/** Asks for the first colleague; nobody has to answer. */
function Colleague() {
  const { answer } = useRequest((signal) => get("/api/people", { signal }), []);
  const [name, setName] = useState("");
  const [mail, setMail] = useState("");
  const [link, setLink] = useState<PersonLink | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  async function invite(event: Event) {
    event.preventDefault();
    setProblem(null);
    try {
      const body = { name: name.trim(), mail: mail.trim() || null };
      const made = await post("/api/people", body);
      setLink(made);
      if (made.url === null && !made.mailedTo) tellOfLostSecret();
      if (made.mailedTo)
        notify(t`The link for ${body.name} is mailed to ${made.mailedTo}.`, { kind: "success" });
    } catch (error) {
      setProblem(sentenceOf(error));
    }
  }

  return (
    <section class="card" aria-labelledby="colleague-title">
      <h2 id="colleague-title">Your first colleague</h2>
      {link ? (
        <>
          {link.url && (
            <>
              <p>
                {t`Send it to nobody else. It works once, until ${moment(link.expiresAt)}, and is shown only now.`}
              </p>
              <LinkField label="Link" path={link.url} />
            </>
          )}
          <p>
            <a href="/settings/people">Invite more people</a>
          </p>
        </>
      ) : (
        <form class="settings-form" novalidate onSubmit={invite}>
          <TextField label={t`Name`} value={name} onValue={setName} maxLength={100} />
          {answer?.offersMail && (
            <TextField
              label={t`E-mail (optional)`}
              value={mail}
              onValue={setMail}
              maxLength={254}
              hint={t`Without an address the link is shown, for you to hand on.`}
              attributes={{ type: "email", inputmode: "email" }}
            />
          )}
          <Problem>{problem}</Problem>
          <p class="form-buttons">
            <button type="submit" class="button" disabled={name.trim() === ""}>
              Invite
            </button>
          </p>
        </form>
      )}
    </section>
  );
}
