/** A new invoice: the client, their expenses, what else is decided, a preview, and sending it. */

import { useEffect, useState } from "preact/hooks";

import { get } from "../api/client.ts";
import { counted, date, money } from "../format.ts";
import { choices, loadChoices } from "../clients/choices.ts";
import { OrNew } from "../clients/client-field.tsx";
import { View, Waiting } from "../parts/view.tsx";
import { go } from "../shell/address.ts";
import { place } from "../shell/router.ts";
import { DocumentThumb } from "../receipts/thumb.tsx";
import { useRequest } from "../state/request.ts";
import { sumOf } from "../values/decimals.ts";
import { Against } from "./against.tsx";
import { billedOptions, COMPANY } from "./billed.ts";
import { Lacking } from "./lacking.tsx";
import { chargesOf, Form, isInvoice, More, readMore, summaryOf } from "./more.tsx";
import { Preview } from "./preview.tsx";
import { Selection, onlyClientOf, useSelection } from "./selection.tsx";
import { t } from "../words.ts";
import type {
  Claimable,
  ClaimRequest,
  ClientRecord,
  ListedExpense,
  Owing,
} from "../api/types.d.ts";

const NOTHING: ListedExpense[] = [];

export default function NewInvoice() {
  const ids = place.value.query.getAll("expense");
  const selection = useSelection(ids) ?? NOTHING;
  // The address keeps the client, so that a person who comes back finds the choice as it was.
  const [chosen, setChosen] = useState<string | null>(place.value.query.get("client"));
  // What was selected says who is billed, until a person says it.
  const payer = chosen ?? onlyClientOf(selection) ?? "";
  const [given, setGiven] = useState<Record<string, string>>({});
  const customers = useRequest(
    (signal) => get("/api/claimable/customers", { query: { converts: true }, signal }),
    [],
  );
  useEffect(() => void loadChoices(), []);
  const isCompany = payer === COMPANY;
  const clientId = payer && !isCompany ? payer : undefined;
  const client = useRequest(
    (signal) =>
      clientId
        ? get("/api/clients/{client_id}", { path: { client_id: clientId }, signal })
        : Promise.resolve(null),
    [clientId],
  );
  const own = useRequest(async (signal) => {
    const [company, account] = await Promise.all([
      get("/api/company", { signal }),
      get("/api/account", { signal }),
    ]);
    return { company, base: account.baseCurrency };
  }, []);
  const { narrow, problems } = readMore(given, isCompany);
  // What was asked for another client, or for other days, is not to be selected here.
  const key = JSON.stringify([payer, narrow]);
  const claimable = useRequest(
    async (signal) => {
      if (!payer) return { key, items: [] };
      const { items } = await get("/api/claimable", {
        query: {
          payerKind: isCompany ? "company" : "customer",
          clientId,
          converts: !isCompany,
          ...narrow,
        },
        signal,
      });
      return { key, items };
    },
    [key],
  );
  const found = claimable.answer?.key === key ? claimable.answer.items : null;
  const look = () => {
    claimable.again();
    customers.again();
  };
  const owing = customers.answer?.items ?? [];
  const known = clientId && client.answer?.id === clientId ? client.answer : null;
  const onPayer = (value: string) => {
    setChosen(value);
    setGiven({});
    const query = new URLSearchParams(place.value.query);
    query.set("client", value);
    go(`/claims/new?${query}`, { replace: true });
  };
  const onAdded = () => {
    own.again();
    client.again();
  };
  return (
    <View title="New invoice">
      <section class="card" aria-labelledby="asking">
        <h2 id="asking">Client</h2>
        <div class="claim-fields">
          <OrNew
            label={t`Who is billed`}
            options={billedOptions(owing, choices.value ?? [], known)}
            value={payer}
            onValue={onPayer}
          />
          {known && <Form given={given} own={own.answer} onGiven={setGiven} />}
        </div>
        <Waiting
          problem={customers.problem}
          isLoading={customers.isLoading && !customers.answer}
          onAgain={look}
        />
        <Selection selection={selection} payer={payer} isCompany={isCompany} onClient={onPayer} />
        {selection.length === 0 && <Unnamed owing={owing} />}
        {own.answer && isInvoice(given, isCompany) && (
          <Lacking company={own.answer.company} client={known} onAdded={onAdded} />
        )}
        {known && !known.mail && (
          <p class="quiet" role="note">
            No e-mail for invoices is known.{" "}
            <a href={`/clients/${known.id}`}>Add it to the client</a> to send invoices by e-mail.
          </p>
        )}
        {found && found.length > 0 && (
          <More
            isCompany={isCompany}
            client={known}
            given={given}
            problems={problems}
            onGiven={setGiven}
          />
        )}
      </section>
      {payer && (
        <>
          <Waiting
            problem={claimable.problem}
            isLoading={!found && claimable.isLoading}
            onAgain={look}
          />
          {found?.length === 0 && <p class="quiet">No approved expense is left to bill here.</p>}
          {(isCompany || known) &&
            found?.map((each) => (
              <Currency
                key={`${key} ${each.currency}`}
                found={each}
                isCompany={isCompany}
                client={known}
                base={own.answer?.base ?? null}
                charges={chargesOf(given, own.answer)}
                given={given}
                onRefused={look}
              />
            ))}
        </>
      )}
    </View>
  );
}

/** What nobody can be billed for, as long as it has no client. */
function Unnamed({ owing }: { owing: Owing[] }) {
  const unnamed = owing.filter(({ clientId }) => clientId === null);
  if (unnamed.length === 0) return null;
  const count = unnamed.reduce((sum, each) => sum + each.count, 0);
  const sums = unnamed.map(({ total, currency }) => money(total, currency)).join(", ");
  return (
    <p class="quiet" role="note">
      Billable, but without a client: {counted(count, "expense")}, {sums}. Select their client under
      Expenses to bill them.
    </p>
  );
}

function Currency({
  found,
  isCompany,
  client,
  base,
  charges,
  given,
  onRefused,
}: {
  found: Claimable;
  isCompany: boolean;
  client: ClientRecord | null;
  /** the account's currency */
  base: string | null;
  /** what an invoice charges: what was spent, or net costs */
  charges: "spent" | "net_cost";
  given: Record<string, string>;
  onRefused: () => void;
}) {
  const { currency, count, total, heldBack, violations, expenses } = found;
  // Expenses that were selected in their table come with the address: the others are not selected
  // then.
  const only = place.value.query.getAll("expense");
  const [left, setLeft] = useState(
    only.length > 0 ? expenses.map(({ id }) => id).filter((id) => !only.includes(id)) : [],
  );
  const [disbursed, setDisbursed] = useState<string[]>([]);
  const [request, setRequest] = useState<ClaimRequest | null>(null);
  const hasInvoice = isInvoice(given, isCompany);
  const selected = expenses.filter(({ id }) => !left.includes(id));
  const sum = sumOf(selected.map(({ amount }) => amount));
  const { more, narrow, problems } = readMore(given, isCompany, client);
  const isRead = Object.keys(problems).length === 0;
  const onSelect = (id: string) =>
    setLeft(left.includes(id) ? left.filter((each) => each !== id) : [...left, id]);
  const onAll = () => setLeft(selected.length > 0 ? expenses.map(({ id }) => id) : []);
  const inTheirName = selected.map(({ id }) => id).filter((id) => disbursed.includes(id));
  const onDisburse = (id: string) =>
    setDisbursed(
      disbursed.includes(id) ? disbursed.filter((each) => each !== id) : [...disbursed, id],
    );
  const onPreview = () =>
    setRequest({
      currency,
      payerKind: isCompany ? "company" : "customer",
      ...(client ? { clientId: client.id, converts: true } : {}),
      ...narrow,
      ...more,
      ...(more.invoice
        ? {
            invoice: {
              ...more.invoice,
              charges,
              ...(inTheirName.length > 0 ? { disbursements: inTheirName } : {}),
            },
          }
        : {}),
      expenseIds: selected.map(({ id }) => id),
    });
  const action = () => {
    if (selected.length === 0) return t`Nothing is selected`;
    if (!hasInvoice) return t`Preview expense claim over ${money(sum, currency)}`;
    if (charges === "net_cost") return t`Preview invoice: ${money(sum, currency)} was spent`;
    return t`Preview invoice over ${money(sum, currency)}`;
  };
  const foreign = expenses.filter(({ spentCurrency }) => spentCurrency !== currency);
  const lacksRate = !isCompany && base && currency !== base && currency !== client?.currency;
  const rest = count - heldBack - expenses.length;
  return (
    <section class="card claimable" role="group" aria-label={t`Billable in ${currency}`}>
      <div class="claimable-head">
        <h2>
          {money(total, currency)} in {counted(count, "expense")}
        </h2>
        {expenses.length > 0 && (
          <>
            <button type="button" class="button" onClick={onAll}>
              {selected.length > 0 ? t`Select none` : t`Select all`}
            </button>
            <button
              type="button"
              class="button primary"
              disabled={selected.length === 0 || !isRead}
              onClick={onPreview}
            >
              {action()}
            </button>
          </>
        )}
      </div>
      {expenses.length > 0 && <p class="quiet">{summaryOf(given, client)}</p>}
      {foreign.length > 0 && (
        <p class="quiet" role="note">
          {t`What was spent in another currency is billed in ${currency}, at the rate of its own day.
            The amount that was spent stands on its line.`}
        </p>
      )}
      {lacksRate && (
        <p class="form-problem" role="note">
          {t`This is billed in ${currency}: no exchange rate to ${base} is known for these days.`}{" "}
          <a href={`/settings/currency?currency=${currency}&day=${expenses[0]?.date ?? ""}`}>
            Enter a rate
          </a>
        </p>
      )}
      {rest > 0 && (
        <p class="quiet">
          At most {expenses.length} expenses go together: the oldest are shown. Bill the other{" "}
          {rest} afterwards.
        </p>
      )}
      {heldBack > 0 && (
        <p class="form-problem" role="status">
          Policies are against billing {counted(heldBack, "expense")} of these.
        </p>
      )}
      {violations.length > 0 && <Against violations={violations} />}
      {hasInvoice && expenses.length > 0 && (
        <p class="quiet">
          VAT is charged on each expense, which is the safe way: if an invoice leaves it out, you
          owe it anyway. Tick “In the client’s name” only where the receipt is made out to the
          client, and you only laid the money out.
        </p>
      )}
      {expenses.length > 0 && (
        <ul class="lines" aria-label={t`Expenses in ${currency}`}>
          {expenses.map(
            ({ id, date: day, merchant, category, amount, spent, spentCurrency, ...document }) => (
              <li class="line" key={id}>
                <label class="line-text">
                  <input
                    type="checkbox"
                    checked={!left.includes(id)}
                    onChange={() => onSelect(id)}
                  />
                  <span class="found-thumb">
                    <DocumentThumb receiptId={document.receiptId} mediaType={document.mediaType} />
                  </span>
                  <span class="line-title">{merchant}</span>
                  <span class="line-note">
                    {[
                      date(day),
                      category,
                      spentCurrency !== currency && money(spent, spentCurrency),
                    ]
                      .filter(Boolean)
                      .join(" · ")}
                  </span>
                  <span class="line-day">{money(amount, currency)}</span>
                </label>
                {hasInvoice && !left.includes(id) && (
                  <label class="claim-disbursed">
                    <input
                      type="checkbox"
                      aria-label={t`In the client’s name: ${merchant}`}
                      checked={disbursed.includes(id)}
                      onChange={() => onDisburse(id)}
                    />
                    In the client’s name
                  </label>
                )}
              </li>
            ),
          )}
        </ul>
      )}
      {request && (
        <Preview request={request} onClose={() => setRequest(null)} onRefused={onRefused} />
      )}
    </section>
  );
}
