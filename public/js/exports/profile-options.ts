/** A profile as its form has it, and as the API has it. */

import { TAKES } from "./formats.ts";
import { t } from "../words.ts";
import type { Coding as Booked, Profile } from "../api/types.d.ts";

export type Coding = {
  account: string;
  taxCode: string;
  costCenter: string;
  accountIsAutomatic?: boolean;
};

const NO_CODING = { account: "", taxCode: "", costCenter: "" };
const FIRST = {
  ...{
    name: "",
    format: "datev",
    consultant: "",
    client: "",
    yearBegin: "01-01",
    accountLength: "4",
    contra: "",
    entertainment: "",
    notDeductible: "",
    fees: "",
    bank: "",
    interestPaid: "",
    interestReceived: "",
    taxOffice: "",
    wages: "",
    withdrawal: "",
    deposit: "",
    rateLoss: "",
    rateGain: "",
    bankPostings: "fees",
  },
  ...{ delimiter: "", mark: ".", days: t`YYYY-MM-DD` },
  rows: "part",
  columns: [] as string[],
  codings: {} as Record<string, Coding>,
  other: NO_CODING as Coding,
};

export type Values = typeof FIRST;

/** What Xero and QuickBooks take where nothing else is said. */
const USUAL_DAYS: Record<string, string> = {
  quickbooks: t`MM/DD/YYYY`,
  "xero-bills": t`DD/MM/YYYY`,
  "xero-statement": t`DD/MM/YYYY`,
};

export const usualDays = (format: string): string => USUAL_DAYS[format] ?? t`YYYY-MM-DD`;

/** @param profile null for a new one */
export function valuesOf(profile: Profile | null): Values {
  if (!profile) return FIRST;
  const { name, format, options } = profile;
  const { columns, rows, delimiter, decimalMark, dateForm, codings, other, contraAccount, datev } =
    options;
  return {
    ...{
      name,
      format,
      columns: columns ?? [],
      rows: rows ?? FIRST.rows,
      delimiter: delimiter ?? "",
      mark: decimalMark ?? ".",
    },
    ...{ days: dateForm ?? usualDays(format), contra: contraAccount ?? "", other: typed(other) },
    codings: Object.fromEntries(
      Object.entries(codings ?? {}).map(([category, coding]) => [category, typed(coding)]),
    ),
    consultant: String(datev?.consultant ?? ""),
    client: String(datev?.client ?? ""),
    yearBegin: datev?.fiscalYearBegin ?? FIRST.yearBegin,
    accountLength: String(datev?.accountLength ?? FIRST.accountLength),
    entertainment: datev?.entertainmentAccount ?? "",
    notDeductible: datev?.notDeductibleAccount ?? "",
    fees: datev?.feeAccount ?? "",
    bank: datev?.bankAccount ?? "",
    interestPaid: datev?.interestPaidAccount ?? "",
    interestReceived: datev?.interestReceivedAccount ?? "",
    taxOffice: datev?.taxOfficeAccount ?? "",
    wages: datev?.wagesAccount ?? "",
    withdrawal: datev?.withdrawalAccount ?? "",
    deposit: datev?.depositAccount ?? "",
    rateLoss: datev?.rateLossAccount ?? "",
    rateGain: datev?.rateGainAccount ?? "",
    bankPostings: datev?.booksPaid ? "paid" : FIRST.bankPostings,
  };
}

/** Only what the format takes. */
export function optionsOf(values: Values): Record<string, any> {
  const codings = Object.entries(values.codings).flatMap(([category, coding]) => {
    const sent = given(coding);
    return Object.values(sent).some(Boolean) ? [[category, sent]] : [];
  });
  const all: Record<string, any> = {
    columns: values.columns.length > 0 ? { columns: values.columns } : {},
    rows: { rows: values.rows },
    delimiter: values.delimiter ? { delimiter: values.delimiter } : {},
    decimalMark: { decimalMark: values.mark },
    dateForm: { dateForm: values.days },
    codings: { codings: Object.fromEntries(codings), other: given(values.other) },
    contraAccount: { contraAccount: values.contra || null },
    datev: {
      datev: {
        consultant: Number(values.consultant),
        client: Number(values.client),
        fiscalYearBegin: values.yearBegin,
        accountLength: Number(values.accountLength),
        entertainmentAccount: values.entertainment.trim() || null,
        notDeductibleAccount: values.notDeductible.trim() || null,
        feeAccount: values.fees.trim() || null,
        bankAccount: values.bank.trim() || null,
        interestPaidAccount: values.interestPaid.trim() || null,
        interestReceivedAccount: values.interestReceived.trim() || null,
        taxOfficeAccount: values.taxOffice.trim() || null,
        wagesAccount: values.wages.trim() || null,
        withdrawalAccount: values.withdrawal.trim() || null,
        depositAccount: values.deposit.trim() || null,
        rateLossAccount: values.rateLoss.trim() || null,
        rateGainAccount: values.rateGain.trim() || null,
        booksPaid: values.bankPostings === "paid",
      },
    },
  };
  return Object.assign({}, ...(TAKES[values.format] ?? []).map((option) => all[option]));
}

function typed(coding: Booked | undefined): Coding {
  return {
    account: coding?.account ?? "",
    taxCode: coding?.taxCode ?? "",
    costCenter: coding?.costCenter ?? "",
    accountIsAutomatic: coding?.accountIsAutomatic ?? false,
  };
}

function given({ account, taxCode, costCenter, accountIsAutomatic = false }: Coding) {
  return {
    account: account.trim() || null,
    taxCode: taxCode.trim() || null,
    costCenter: costCenter.trim() || null,
    ...(accountIsAutomatic && { accountIsAutomatic }),
  };
}
