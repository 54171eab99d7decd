/** What an invoice needs and nobody has entered yet: it is said, and asked for, before the preview. */

import { useState } from "preact/hooks";

import { patch } from "../api/client.ts";
import { FormDialog } from "../parts/form.tsx";
import { may } from "../state/session.ts";
import { countryOptions } from "../values/countries.ts";
import { choice, field } from "../values/schema.ts";
import { t } from "../words.ts";
import type { Body } from "../parts/form.tsx";
import type { ClientRecord, CompanyProfile } from "../api/types.d.ts";

const PARTY = {
  name: t`Company name`,
  street: t`Street and number`,
  postalCode: t`Postal code`,
  city: t`City`,
  country: t`Country`,
};
type Name = keyof typeof PARTY;

const TEXT = { isNeeded: true, maxLength: 140 };
const NUMBERS = [
  field("vatId", t`VAT id`, {
    isNullable: true,
    maxLength: 140,
    hint: t`The VAT id or the tax number is enough.`,
  }),
  field("taxNumber", t`Tax number`, { isNullable: true, maxLength: 140 }),
];

const NAMES = Object.keys(PARTY) as Name[];

/** @param home the country that stands there until another is chosen */
function fieldsOf(names: Name[], home: string | null) {
  const countries = countryOptions(home ?? "").map(({ value, label }) => ({
    value: value || null,
    label,
  }));
  return names.map((name) =>
    name === "country"
      ? choice(name, PARTY[name], countries, { initial: home })
      : field(name, PARTY[name], TEXT),
  );
}

/** Of both sides. `onAdded` is called with what stands there then. */
export function Lacking({
  company,
  client,
  onAdded,
}: {
  company: CompanyProfile;
  client: ClientRecord | null;
  onAdded: () => void;
}) {
  const own = NAMES.filter((name) => company.missing.includes(name));
  const isTaxed = Boolean(company.vatId || company.taxNumber);
  const theirs = client ? NAMES.filter((name) => !client[name]) : [];
  const labels = own.map((name) => PARTY[name]);
  const addToCompany = async (body: Body) => {
    await patch("/api/company", body);
    onAdded();
  };
  const addToClient = async (body: Body) => {
    await patch("/api/clients/{client_id}", body, { path: { client_id: client?.id ?? "" } });
    onAdded();
  };
  return (
    <>
      {(own.length > 0 || !isTaxed) && (
        <Lack
          says={t`An invoice needs this of your company:`}
          labels={isTaxed ? labels : [...labels, t`VAT id or tax number`]}
          title={t`Your company on invoices`}
          fields={[...fieldsOf(own, null), ...(isTaxed ? [] : NUMBERS)]}
          isAllowed={may("administer")}
          onSend={addToCompany}
        />
      )}
      {client && theirs.length > 0 && (
        <Lack
          says={t`An invoice needs this of ${client.name}:`}
          labels={theirs.map((name) => PARTY[name])}
          title={t`${client.name} on invoices`}
          fields={fieldsOf(theirs, company.country)}
          isAllowed={may("book")}
          onSend={addToClient}
        />
      )}
    </>
  );
}

function Lack({
  says,
  labels,
  title,
  fields,
  isAllowed,
  onSend,
}: {
  says: string;
  labels: string[];
  title: string;
  fields: ReturnType<typeof field>[];
  isAllowed: boolean;
  onSend: (body: Body) => Promise<void>;
}) {
  const [isOpen, setOpen] = useState(false);
  return (
    <div class="claim-selection" role="note">
      <p>
        {says} <strong>{labels.join(", ")}</strong>.{" "}
        {isAllowed ? (
          <button type="button" class="link-button" onClick={() => setOpen(true)}>
            Add it now
          </button>
        ) : (
          t`Ask an owner to add it under Settings.`
        )}
      </p>
      {isOpen && (
        <FormDialog
          title={title}
          action={t`Save`}
          fields={fields}
          onSend={onSend}
          onClose={() => setOpen(false)}
        />
      )}
    </div>
  );
}
