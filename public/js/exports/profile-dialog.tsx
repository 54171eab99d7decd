/** Remembers how a program wants its file. */

import { useState } from "preact/hooks";

import { ApiError, post, put } from "../api/client.ts";
import { Dialog } from "../parts/dialog.tsx";
import { SelectField, TextField } from "../parts/fields.tsx";
import { report } from "../state/report.ts";
import { Codings } from "./codings.tsx";
import { Columns } from "./columns.tsx";
import { TAKES, WITH_PROFILE } from "./formats.ts";
import { optionsOf, usualDays, valuesOf } from "./profile-options.ts";
import { t } from "../words.ts";
import { useBusy } from "../parts/use-busy.ts";
import type { FormatName, Profile } from "../api/types.d.ts";
import type { Option } from "./formats.ts";
import type { Values } from "./profile-options.ts";

type TextName = { [K in keyof Values]: Values[K] extends string ? K : never }[keyof Values];

const DELIMITERS = [
  { value: "", label: t`As in the company's country` },
  { value: ",", label: t`Comma` },
  { value: ";", label: t`Semicolon` },
  { value: "\t", label: t`Tab` },
];
const BANK_POSTINGS = [
  { value: "fees", label: t`Fees, and payments by clients` },
  { value: "paid", label: t`These, payments of expenses, and payouts` },
];

const ROWS = [
  { value: "part", label: t`A row for each part` },
  { value: "expense", label: t`One row` },
];
const MARKS = [
  { value: ".", label: t`Point: 12.90` },
  { value: ",", label: t`Comma: 12,90` },
];
const DAYS = [t`YYYY-MM-DD`, t`DD.MM.YYYY`, t`DD/MM/YYYY`, t`MM/DD/YYYY`].map((value) => ({
  value,
  label: value,
}));

/** Without a profile, a new one */
export function ProfileDialog({
  profile,
  onClose,
  onDone,
}: {
  profile: Profile | null;
  onClose: () => void;
  onDone: () => void;
}) {
  const [values, setValues] = useState(() => valuesOf(profile));
  const [problems, setProblems] = useState<Record<string, string>>({});
  const [isBusy, whileBusy] = useBusy();
  const takes = TAKES[values.format] ?? [];
  const has = (option: Option) => takes.includes(option);
  const field = (key: TextName, name: string) => ({
    value: values[key],
    onValue: (value: string) => setValues({ ...values, [key]: value }),
    problem: problems[name] ?? null,
  });
  const onFormat = (format: string) => setValues({ ...values, format, days: usualDays(format) });

  async function save() {
    return whileBusy(async () => {
      try {
        const body = { name: values.name, options: optionsOf(values) };
        if (profile)
          await put("/api/export-profiles/{profile_id}", body, {
            path: { profile_id: profile.id },
          });
        else await post("/api/export-profiles", { ...body, format: values.format as FormatName });
        onDone();
      } catch (error) {
        if (error instanceof ApiError && error.fieldErrors.length > 0) {
          setProblems(
            Object.fromEntries(error.fieldErrors.map((each) => [each.field, each.message])),
          );
        } else report(error);
      }
    });
  }

  const title = profile ? t`Edit ${profile.name}` : t`New profile`;
  const action = profile ? t`Save the profile` : t`Save`;
  return (
    <Dialog
      title={title}
      action={action}
      isBusy={isBusy}
      onClose={onClose}
      onAction={save}
      problem={problems.options ?? problems["options.datev"] ?? null}
    >
      <TextField label="Name" maxLength={60} {...field("name", "name")} />
      <SelectField
        label="Format"
        options={WITH_PROFILE}
        {...field("format", "format")}
        onValue={onFormat}
        disabled={profile !== null}
        hint={profile && t`What the format is, stays: make another profile for another one.`}
      />
      {has("datev") && (
        <>
          <TextField
            label="Consultant's number"
            {...field("consultant", "options.datev.consultant")}
          />
          <TextField label="Client's number" {...field("client", "options.datev.client")} />
          <TextField
            label="Fiscal year begins (MM-DD)"
            {...field("yearBegin", "options.datev.fiscalYearBegin")}
          />
          <TextField
            label="Digits of an account"
            {...field("accountLength", "options.datev.accountLength")}
          />
          <TextField
            label="Entertainment, deductible"
            placeholder="4650 or 6640"
            hint="70 % of the cost are booked here. Empty: the account of SKR 03 or SKR 04."
            {...field("entertainment", "options.datev.entertainmentAccount")}
          />
          <TextField
            label="Entertainment, not deductible"
            placeholder="4654 or 6644"
            hint="The other 30 %. Empty: the account of SKR 03 or SKR 04."
            {...field("notDeductible", "options.datev.notDeductibleAccount")}
          />
          <TextField
            label="Bank fees"
            placeholder="4970 or 6855"
            hint="Empty: the account of SKR 03 or SKR 04."
            {...field("fees", "options.datev.feeAccount")}
          />
          <TextField
            label="Bank account"
            placeholder="1200 or 1800"
            hint="Empty: the account of SKR 03 or SKR 04."
            {...field("bank", "options.datev.bankAccount")}
          />
          <TextField
            label="Interest paid"
            placeholder="2100 or 7300"
            hint="Empty: the account of SKR 03 or SKR 04."
            {...field("interestPaid", "options.datev.interestPaidAccount")}
          />
          <TextField
            label="Interest received"
            placeholder="2650 or 7100"
            hint="Empty: the account of SKR 03 or SKR 04."
            {...field("interestReceived", "options.datev.interestReceivedAccount")}
          />
          <TextField
            label="VAT at the tax office"
            placeholder="1780 or 3820"
            hint="Empty: the account of SKR 03 or SKR 04."
            {...field("taxOffice", "options.datev.taxOfficeAccount")}
          />
          <TextField
            label="Wages"
            placeholder="1740 or 3720"
            hint="Empty: the account of SKR 03 or SKR 04."
            {...field("wages", "options.datev.wagesAccount")}
          />
          <TextField
            label="Private money out"
            placeholder="1800 or 2100"
            hint="Empty: the account of SKR 03 or SKR 04."
            {...field("withdrawal", "options.datev.withdrawalAccount")}
          />
          <TextField
            label="Private money in"
            placeholder="1890 or 2180"
            hint="Empty: the account of SKR 03 or SKR 04."
            {...field("deposit", "options.datev.depositAccount")}
          />
          <TextField
            label="Losses of exchange rates"
            placeholder="2150 or 6880"
            hint="Empty: the account of SKR 03 or SKR 04."
            {...field("rateLoss", "options.datev.rateLossAccount")}
          />
          <TextField
            label="Gains of exchange rates"
            placeholder="2660 or 4840"
            hint="Empty: the account of SKR 03 or SKR 04."
            {...field("rateGain", "options.datev.rateGainAccount")}
          />
          <SelectField
            label="Batch of the bank"
            options={BANK_POSTINGS}
            hint="Paid expenses debit the contra account. Leave it, if your bank sends these to DATEV."
            {...field("bankPostings", "options.datev.booksPaid")}
          />
        </>
      )}
      {has("contraAccount") && (
        <TextField
          label="Contra account"
          hint="What is credited, such as 1740."
          {...field("contra", "options.contraAccount")}
        />
      )}
      {has("rows") && (
        <SelectField
          label="An expense that is split"
          options={ROWS}
          {...field("rows", "options.rows")}
        />
      )}
      {has("delimiter") && (
        <SelectField
          label="Between columns"
          options={DELIMITERS}
          {...field("delimiter", "options.delimiter")}
        />
      )}
      {has("decimalMark") && (
        <SelectField
          label="Decimal mark"
          options={MARKS}
          {...field("mark", "options.decimalMark")}
        />
      )}
      {has("dateForm") && (
        <SelectField label="Form of days" options={DAYS} {...field("days", "options.dateForm")} />
      )}
      {has("columns") && (
        <Columns
          chosen={values.columns}
          onChosen={(columns: string[]) => setValues({ ...values, columns })}
          problem={problems["options.columns"] ?? null}
        />
      )}
      {has("codings") && <Codings values={values} onValues={setValues} problems={problems} />}
    </Dialog>
  );
}
