/** The company, entered once: what invoices and the page of a payer say of it. */

import { useRef, useState } from "preact/hooks";

import { del, get, patch } from "../api/client.ts";
import { sendTo } from "../api/send.ts";
import { notify } from "../notifications/notices.ts";
import { SelectField, TextField } from "../parts/fields.tsx";
import { Waiting } from "../parts/view.tsx";
import { refusalOf } from "../state/refusal.ts";
import { sentenceOf, useRequest } from "../state/request.ts";
import { session } from "../state/session.ts";
import { inFours } from "../values/account-number.ts";
import { countryOptions, dueOptions, vatIdHint } from "../values/countries.ts";
import { t } from "../words.ts";
import { DatevSetup } from "./datev.tsx";
import { useBusy } from "../parts/use-busy.ts";
import { Problem } from "../parts/problem.tsx";
import type { CompanyProfile, CompanyRequest } from "../api/types.d.ts";

type Name = keyof CompanyRequest;

const FIELDS: {
  name: Name;
  label: string;
  hint?: string;
  longest?: number;
  attributes?: Record<string, unknown>;
}[] = [
  { name: "name", label: t`Company name` },
  { name: "street", label: t`Street and number` },
  { name: "postalCode", label: t`Postal code` },
  { name: "city", label: t`City` },
  { name: "country", label: t`Country` },
  { name: "vatId", label: t`VAT id` },
  { name: "taxNumber", label: t`Tax number`, hint: t`Of your tax office, for invoices.` },
  { name: "vatScheme", label: t`VAT on invoices` },
  { name: "vatDueOn", label: t`VAT is due` },
  {
    name: "registrationId",
    label: t`Registration number`,
    hint: t`In a register of companies, if you have one.`,
  },
  {
    name: "mail",
    label: t`E-mail`,
    longest: 254,
    attributes: { type: "email", inputmode: "email" },
  },
  {
    name: "iban",
    label: "IBAN",
    hint: t`Payers pay to this account.`,
    longest: 42,
    attributes: { autocapitalize: "characters" },
  },
  {
    name: "bic",
    label: "BIC",
    hint: t`Needed outside of the European Economic Area only.`,
    longest: 11,
    attributes: { autocapitalize: "characters" },
  },
];

const SCHEMES = [
  { value: "", label: t`Charged at the standard rate` },
  { value: "small_business", label: t`Not charged: small business` },
];

export function CompanySection() {
  const { answer, problem, isLoading, again, set } = useRequest(
    (signal) => get("/api/company", { signal }),
    [],
  );
  return (
    <>
      <section class="card" aria-labelledby="company-title">
        <h2 id="company-title">Company</h2>
        <p class="quiet">
          Entered once. Invoices, invitations, the tax report and the page that payers see take it
          from here.
        </p>
        <Waiting problem={problem} isLoading={isLoading && !answer} onAgain={again} />
        {answer && (
          <>
            <ProfileForm company={answer} onSaved={set} />
            <LogoRow company={answer} onSaved={set} />
          </>
        )}
      </section>
      {answer && <DatevSetup country={answer.country} />}
    </>
  );
}

function ProfileForm({
  company,
  onSaved,
}: {
  company: CompanyProfile;
  onSaved: (company: CompanyProfile) => void;
}) {
  const [typed, type] = useState<Record<string, string>>({});
  const [problems, setProblems] = useState<Record<string, string>>({});
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, whileBusy] = useBusy();
  const kept = (name: Name) =>
    (name === "iban" ? inFours(company.iban ?? "") : company[name]) ?? "";
  const textOf = (name: Name) => typed[name] ?? kept(name);
  const country = textOf("country");
  const changed = FIELDS.filter(({ name }) => textOf(name).trim() !== kept(name));

  async function save(event: Event) {
    event.preventDefault();
    return whileBusy(async () => {
      setProblem(null);
      try {
        const changes = Object.fromEntries(
          changed.map(({ name }) => [name, textOf(name).trim() || null]),
        );
        const saved = await patch("/api/company", changes);
        onSaved(saved);
        // The frame of the page names the company too.
        if (changes.name && session.value)
          session.value = {
            ...session.value,
            account: { ...session.value.account, name: saved.name },
          };
        type({});
        notify(t`The company is saved.`, { kind: "success" });
      } catch (error) {
        const refused = refusalOf(
          error,
          FIELDS.map(({ name }) => name),
        );
        setProblems(refused.problems);
        setProblem(refused.problem);
      }
    });
  }

  return (
    <form class="settings-form" novalidate onSubmit={save}>
      <div class="statement-fields">
        {FIELDS.map(({ name, label, hint, longest = 140, attributes }) => {
          const onValue = (value: string) => {
            type({ ...typed, [name]: value });
            setProblems({ ...problems, [name]: "" });
          };
          const given = {
            key: name,
            label,
            hint,
            value: textOf(name),
            problem: problems[name] || null,
            onValue,
          };
          if (name === "country")
            return <SelectField {...given} options={countryOptions(textOf(name))} />;
          if (name === "vatScheme") return <SelectField {...given} options={SCHEMES} />;
          if (name === "vatDueOn") return <SelectField {...given} options={dueOptions(country)} />;
          if (name === "vatId") given.hint = vatIdHint(country);
          const input = <TextField {...given} maxLength={longest} attributes={attributes} />;
          // In its groups of four it is longer than half of the form.
          if (name === "iban")
            return (
              <div key={name} class="is-wide">
                {input}
              </div>
            );
          return input;
        })}
      </div>
      <Problem>{problem}</Problem>
      <p class="form-buttons">
        <button type="submit" class="button primary" disabled={isBusy || changed.length === 0}>
          Save
        </button>
      </p>
    </form>
  );
}

function LogoRow({
  company,
  onSaved,
}: {
  company: CompanyProfile;
  onSaved: (company: CompanyProfile) => void;
}) {
  const input = useRef<HTMLInputElement | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const { logo } = company;

  async function act(doIt: () => Promise<CompanyProfile>, done: string) {
    setProblem(null);
    try {
      onSaved(await doIt());
      notify(done, { kind: "success" });
    } catch (error) {
      setProblem(sentenceOf(error));
    }
  }
  async function onFile() {
    const file = input.current?.files?.[0];
    if (!file) return;
    await act(
      async () =>
        (await sendTo("/api/company/logo", file, () => undefined)).answer as CompanyProfile,
      t`The logo is saved.`,
    );
    if (input.current) input.current.value = "";
  }
  const onRemove = () =>
    act(async () => {
      await del("/api/company/logo");
      return { ...company, logo: null };
    }, t`The logo is removed.`);
  return (
    <div class="company-logo" role="group" aria-label="Logo">
      {logo && <img key={logo.sha256} src={logo.url} alt="Your logo" width="120" />}
      <div>
        <button type="button" class="button" onClick={() => input.current?.click()}>
          {logo ? t`Change logo…` : t`Add a logo…`}
        </button>
        {logo && (
          <button type="button" class="button" onClick={onRemove}>
            Remove logo
          </button>
        )}
        <p class="quiet">PNG or JPEG, at most 512 KB. Payers see it on their page.</p>
        <Problem>{problem}</Problem>
      </div>
      <input
        ref={input}
        class="visually-hidden"
        type="file"
        id="logo-input"
        accept="image/png,image/jpeg"
        tabindex={-1}
        aria-hidden="true"
        onChange={onFile}
      />
    </div>
  );
}
