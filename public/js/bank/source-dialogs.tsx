/**
 * What is asked about a source: its credentials, the bank, the account at the bank, and whether it
 * ends.
 */

import { useRef, useState } from "preact/hooks";

import { del, get, post, put } from "../api/client.ts";
import { counted } from "../format.ts";
import { Dialog } from "../parts/dialog.tsx";
import { TextField } from "../parts/fields.tsx";
import { FormDialog } from "../parts/form.tsx";
import { useAct } from "../parts/use-act.ts";
import { Waiting } from "../parts/view.tsx";
import { useRequest } from "../state/request.ts";
import { choice, field, trimmed } from "../values/schema.ts";
import { goToBank } from "./consent.ts";
import { PROVIDERS } from "./source-words.ts";
import { t } from "../words.ts";
import type { BankAccount, BankChoice, BankSource } from "../api/types.d.ts";
import type { Body } from "../parts/form.tsx";

type Kind = BankSource["kind"];
type Common = { source: BankSource; onClose: () => void; onDone: () => void };

const KINDS = Object.keys(PROVIDERS) as Kind[];
/** What to know of each before it is chosen. */
const ABOUT: Record<Kind, string> = {
  "enable-banking": t`Asks banks of the EEA. Register an application there.`,
  address: t`An https address that returns a bank's file, in any format that is read.`,
};
const COUNTRY = field("country", t`Country of the bank`, {
  maxLength: 2,
  isNeeded: true,
  placeholder: t`e.g. ${"FI"}`,
  hint: t`Two letters.`,
});

function fieldsOf(kind: Kind) {
  if (kind === "address") {
    return [
      field("address", t`Address`, { isNeeded: true, placeholder: "https://…" }),
      field("authorization", t`Authorization`, {
        isNullable: true,
        hint: t`Sent as the header of that name, where it is needed.`,
      }),
    ];
  }
  const types = [
    { value: "business", label: t`A company` },
    { value: "personal", label: t`A person` },
  ];
  return [
    field("applicationId", t`Application id`, {
      maxLength: 100,
      isNeeded: true,
      hint: t`Its redirect URLs have ${location.origin}/bank/connected.`,
    }),
    field("privateKey", t`Private key (PEM)`, {
      isNeeded: true,
      rows: 4,
      placeholder: "-----BEGIN PRIVATE KEY-----",
    }),
    COUNTRY,
    choice("psuType", t`Whose account it is`, types),
  ];
}

function accessOf(kind: Kind, body: Body) {
  const { country, ...others } = trimmed(body);
  return {
    kind,
    ...others,
    ...(country === undefined ? {} : { country: country.toUpperCase() }),
  } as any;
}

/** `accounts` that nothing is fetched of yet */
export function Connect({
  accounts,
  onClose,
  onMade,
}: {
  accounts: BankAccount[];
  onClose: () => void;
  onMade: (source: BankSource) => void;
}) {
  const accountChoice = choice(
    "bankAccountId",
    t`Bank account`,
    accounts.map(({ id, name }) => ({ value: id, label: name })),
  );
  const kinds = KINDS.map((kind) => ({ value: kind, label: PROVIDERS[kind] }));
  const fields = (texts: Record<string, string>) => {
    const kind = JSON.parse(texts.kind ?? JSON.stringify(KINDS[0])) as Kind;
    return [
      accountChoice,
      choice("kind", t`Fetched by`, kinds, { hint: ABOUT[kind] }),
      ...fieldsOf(kind),
      field("fromDay", t`First day`, { type: "day", isNullable: true }),
    ];
  };
  const onSend = async ({ bankAccountId, kind, fromDay, ...body }: Body) =>
    onMade(
      await post("/api/bank/sources", { bankAccountId, fromDay, access: accessOf(kind, body) }),
    );
  return (
    <FormDialog
      title="Connect a bank account"
      action="Connect it"
      fields={fields}
      onSend={onSend}
      onClose={onClose}
    >
      <p class="quiet">
        Credentials are encrypted, and never shown again. Without a first day, the last ninety days
        come.
      </p>
    </FormDialog>
  );
}

export function ChangeAccess({ source: { id, kind, country }, onClose, onDone }: Common) {
  const onSend = async (body: Body) => {
    await put(
      "/api/bank/sources/{bank_source_id}/access",
      { access: accessOf(kind, body) },
      { path: { bank_source_id: id } },
    );
    onDone();
  };
  const title =
    kind === "address" ? t`Another address` : t`Other credentials of ${PROVIDERS[kind]}`;
  return (
    <FormDialog
      title={title}
      action="Replace them"
      fields={fieldsOf(kind)}
      values={{ country }}
      onSend={onSend}
      onClose={onClose}
    >
      <p class="quiet">
        {kind === "address"
          ? t`It is fetched from there at once.`
          : t`What was agreed at the bank holds on, where the country stays.`}
      </p>
    </FormDialog>
  );
}

/** The banks of the provider: who chooses one is sent there to agree. */
export function BankChoices({ source: { id, kind, country }, onClose, onDone }: Common) {
  const [words, type] = useState("");
  const { answer, problem, isLoading, again } = useRequest(
    (signal) =>
      get("/api/bank/sources/{bank_source_id}/banks", { path: { bank_source_id: id }, signal }),
    [id],
  );
  const chosen = useRef<BankChoice | null>(null);
  const choosing = useAct(async () => {
    if (!chosen.current) return;
    const { id: bank, country: of } = chosen.current;
    await put(
      "/api/bank/sources/{bank_source_id}/bank",
      { bank, country: of },
      { path: { bank_source_id: id } },
    );
    await goToBank(id);
  });
  const choose = (bank: BankChoice) => {
    chosen.current = bank;
    void choosing.act();
  };
  const found = (answer?.items ?? []).filter(({ name }) =>
    name.toLocaleLowerCase().includes(words.trim().toLocaleLowerCase()),
  );
  return (
    <Dialog
      title="Choose your bank"
      isBusy={choosing.isBusy}
      problem={choosing.problem}
      onClose={() => {
        onClose();
        onDone();
      }}
    >
      <p class="quiet">
        You are sent to its page to agree, and come back here. {PROVIDERS[kind]} knows these
        {country ? t` in ${country}` : ""}:
      </p>
      <Waiting problem={problem} isLoading={isLoading && !answer} onAgain={again} />
      {answer && answer.items.length > 8 && (
        <TextField
          label="Search"
          value={words}
          onValue={type}
          maxLength={100}
          attributes={{ autofocus: true }}
        />
      )}
      <ul class="lines bank-found" aria-label="Banks">
        {found.map((bank) => (
          <li key={bank.id} class="line">
            <button
              type="button"
              class="line-text"
              disabled={choosing.isBusy}
              onClick={() => choose(bank)}
            >
              <span class="line-title">{bank.name}</span>
              <span class="line-note">
                {choosing.isBusy && chosen.current?.id === bank.id
                  ? t`You are sent there …`
                  : t`A consent holds ${counted(bank.mostDays, "day")}.`}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {answer && found.length === 0 && (
        <p class="quiet" role="status">
          {answer.items.length === 0
            ? t`It knows no bank there. Change the country with the credentials.`
            : t`No bank is called so.`}
        </p>
      )}
    </Dialog>
  );
}

/** Which of the bank's accounts is meant. */
export function AccountChoice({ source: { id, accounts }, onClose, onDone }: Common) {
  const options = accounts.map((each) => ({
    value: each.id,
    label: [each.name, each.number, each.currency].filter(Boolean).join(", ") || each.id,
  }));
  const onSend = async (body: Body) => {
    await post(
      "/api/bank/sources/{bank_source_id}/account",
      { id: body.id },
      { path: { bank_source_id: id } },
    );
    onDone();
  };
  return (
    <FormDialog
      title="Which account is it?"
      action="Choose it"
      fields={[choice("id", t`Account at the bank`, options)]}
      onSend={onSend}
      onClose={onClose}
    />
  );
}

export function End({ source: { id, kind }, name, onClose, onDone }: Common & { name: string }) {
  const onSend = async () => {
    await del("/api/bank/sources/{bank_source_id}", { path: { bank_source_id: id } });
    onDone();
  };
  return (
    <FormDialog
      title={t`Fetch nothing of ${name} any more?`}
      action="End it"
      isDanger
      onSend={onSend}
      onClose={onClose}
    >
      <p>
        {kind === "address"
          ? t`The address is deleted.`
          : t`The consent is given back, and the credentials are deleted.`}{" "}
        What was fetched stays.
      </p>
    </FormDialog>
  );
}
