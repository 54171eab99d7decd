/** What an e-invoice says, from its parties to its notes; a part that says nothing is left out. */

import { useState } from "preact/hooks";

import { inFours } from "../../values/account-number.ts";
import { t } from "../../words.ts";
import {
  amountInWords,
  dayInWords,
  meansInWords,
  numberInWords,
  periodInWords,
  REFERENCE_LABELS,
  typeInWords,
  unitInWords,
  vatInWords,
} from "./names.ts";
import type { ComponentChildren } from "preact";
import type { FieldName } from "../../api.ts";
import type { Adjustment, Attachment, Invoice, Line, Party } from "./invoice.ts";

/** A label, its value, and the field of the form that is about it. */
type Fact = [label: string, value: string, field?: FieldName];

/** More lines are shown when they are asked for. */
const MOST_LINES = 200;

/** The field that a person looks at is marked. */
export function Paper({ invoice, field }: { invoice: Invoice; field: FieldName | null }) {
  const { currency, otherTax, totals, payment } = invoice;
  const amount = (text: string) => text && amountInWords(text, currency);
  // A zero says nothing but where something is owed.
  const unlessZero = (text: string) => (Number(text) === 0 ? "" : amount(text));
  const head: Fact[] = [
    [t`Number`, invoice.number, "receiptNumber"],
    [t`Date`, dayInWords(invoice.issued), "date"],
    [t`Due`, dayInWords(invoice.due), "dueDate"],
    [t`Amount due`, amount(totals.due), "amountDue"],
  ];
  const references: Fact[] = [
    [t`Delivered`, dayInWords(invoice.delivered)],
    [t`Period`, periodInWords(invoice.period)],
    [t`VAT point`, dayInWords(invoice.taxPoint)],
    ...REFERENCE_LABELS.map(([name, label]): Fact => [label, invoice.references[name]]),
    ...invoice.preceding.map(
      ({ number, day }): Fact => [
        t`Earlier invoice`,
        [number, dayInWords(day)].filter(Boolean).join(", "),
      ],
    ),
  ];
  const sums: Fact[] = [
    [t`Sum of the lines`, amount(totals.lines)],
    [t`Sum of allowances`, unlessZero(totals.allowances)],
    [t`Sum of charges`, unlessZero(totals.charges)],
    [t`Net`, amount(totals.net)],
    [t`VAT`, amount(totals.tax), "tax"],
    [
      t`VAT in ${otherTax?.currency ?? ""}`,
      otherTax ? amountInWords(otherTax.amount, otherTax.currency) : "",
    ],
    [t`Total`, amount(totals.gross), "total"],
    [t`Paid already`, unlessZero(totals.prepaid)],
    [t`Rounding`, unlessZero(totals.rounding)],
    [t`Amount due`, amount(totals.due), "amountDue"],
  ];
  const paying: Fact[] = [
    [t`Way of payment`, payment.meansText || meansInWords(payment.means)],
    ...payment.accounts.flatMap(({ iban, name, bic }): Fact[] => [
      [t`IBAN`, inFours(iban)],
      [t`BIC`, bic],
      [t`Account holder`, name],
    ]),
    [t`Payment reference`, payment.reference],
    [t`Mandate`, payment.mandate],
    [t`Creditor identifier`, payment.creditor],
    [t`Debited account`, inFours(payment.debited)],
    [t`Card`, payment.card],
    ...payment.terms.map((term): Fact => [t`Terms`, term]),
  ];
  return (
    <article class="e-invoice-paper" aria-label={typeInWords(invoice)}>
      <h2>{typeInWords(invoice)}</h2>
      <Facts facts={head} field={field} />
      <div class="e-invoice-parties">
        <PartyPart title="Seller" party={invoice.seller} isMarked={field === "merchant"} />
        <PartyPart title="Buyer" party={invoice.buyer} isMarked={field === "buyer"} />
      </div>
      <Facts facts={references} field={field} />
      {invoice.lines.length > 0 && <Lines lines={invoice.lines} currency={currency} />}
      {invoice.adjustments.length > 0 && (
        <Part title="Allowances and charges">
          <Adjustments adjustments={invoice.adjustments} currency={currency} />
        </Part>
      )}
      {invoice.taxes.length > 0 && (
        <Part title="VAT breakdown">
          <table class="e-invoice-taxes">
            <thead>
              <tr>
                <th scope="col">VAT rate</th>
                <th scope="col">Net</th>
                <th scope="col">VAT</th>
              </tr>
            </thead>
            <tbody>
              {invoice.taxes.map((tax, at) => (
                <tr key={at}>
                  <th scope="row">
                    {vatInWords(tax)}
                    {tax.exemption && <span class="quiet">{tax.exemption}</span>}
                  </th>
                  <td>{amount(tax.base)}</td>
                  <td>{amount(tax.tax)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Part>
      )}
      <Part title="Totals">
        <Facts facts={sums} field={field} areSums />
      </Part>
      {paying.some(([, value]) => value) && (
        <Part title="Payment">
          <Facts facts={paying} field={field} />
        </Part>
      )}
      <div class="e-invoice-parties">
        <PartyPart title="Payee" party={invoice.payee} />
        <PartyPart title="Tax representative" party={invoice.representative} />
        <PartyPart title="Delivered to" party={invoice.shipTo} />
      </div>
      {invoice.notes.length > 0 && (
        <Part title="Notes">
          {invoice.notes.map((note, at) => (
            <p class="e-invoice-text" key={at}>
              {note}
            </p>
          ))}
        </Part>
      )}
      {invoice.attachments.length > 0 && <Attachments attachments={invoice.attachments} />}
      {invoice.profile && <p class="quiet">{invoice.profile}</p>}
    </article>
  );
}

function Part({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

function Facts({
  facts,
  field,
  areSums = false,
}: {
  facts: Fact[];
  field: FieldName | null;
  areSums?: boolean;
}) {
  const said = facts.filter(([, value]) => value);
  if (said.length === 0) return null;
  return (
    <dl class={areSums ? "e-invoice-facts are-sums" : "e-invoice-facts"}>
      {said.map(([label, value, about], at) => (
        <div key={at} class={about && about === field ? "is-active" : undefined}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function PartyPart({
  title,
  party: { name, tradingName, address, vatId, taxNumber, register, contact },
  isMarked = false,
}: {
  title: string;
  party: Party;
  isMarked?: boolean;
}) {
  const numbers = [
    vatId && t`VAT ID ${vatId}`,
    taxNumber && t`Tax number ${taxNumber}`,
    register && t`Registered as ${register}`,
  ].filter(Boolean);
  const lines = [tradingName, ...address, ...numbers, contact.join(", ")].filter(Boolean);
  if (!name && lines.length === 0) return null;
  return (
    <section>
      <h3>{title}</h3>
      <p class={isMarked ? "is-active" : ""}>
        <strong>{name}</strong>
      </p>
      {lines.map((line, at) => (
        <p class="e-invoice-text" key={at}>
          {line}
        </p>
      ))}
    </section>
  );
}

function Lines({ lines, currency }: { lines: Line[]; currency: string }) {
  const [shown, setShown] = useState(MOST_LINES);
  const left = lines.length - shown;
  return (
    <Part title="Invoice lines">
      <ol class="e-invoice-lines">
        {lines.slice(0, shown).map((line, at) => (
          <LinePart key={at} line={line} currency={currency} />
        ))}
      </ol>
      {left > 0 && (
        <button type="button" class="button small" onClick={() => setShown(shown + MOST_LINES)}>
          Show more lines: {left} are left
        </button>
      )}
    </Part>
  );
}

function LinePart({ line, currency }: { line: Line; currency: string }) {
  const quantity = [numberInWords(line.quantity), unitInWords(line.unit)].filter(Boolean).join(" ");
  const price = line.price && amountInWords(line.price, currency);
  const isForSeveral = line.priceQuantity !== "" && Number(line.priceQuantity) !== 1;
  const each = isForSeveral ? t`${price} for ${numberInWords(line.priceQuantity)}` : price;
  const reckoned = [quantity, price && each].filter(Boolean).join(" × ");
  const about = [reckoned, vatInWords(line.vat), periodInWords(line.period)].filter(Boolean);
  const texts = [line.description, line.note, line.references.join(", ")].filter(Boolean);
  return (
    <li style={{ "--level": line.level }}>
      <div class="e-invoice-line">
        <strong>{line.name || line.id}</strong>
        <span class="e-invoice-amount">{line.net && amountInWords(line.net, currency)}</span>
      </div>
      <p>{about.join(" · ")}</p>
      {texts.map((text, at) => (
        <p class="e-invoice-text quiet" key={at}>
          {text}
        </p>
      ))}
      <Adjustments adjustments={line.adjustments} currency={currency} />
    </li>
  );
}

function Adjustments({ adjustments, currency }: { adjustments: Adjustment[]; currency: string }) {
  if (adjustments.length === 0) return null;
  return (
    <ul class="e-invoice-adjustments">
      {adjustments.map(({ isCharge, reason, percent, amount, vat }, at) => {
        const rate = percent && `${numberInWords(percent)} %`;
        const about = [isCharge ? t`Charge` : t`Allowance`, reason, rate, vatInWords(vat)];
        const shown = amountInWords(amount, currency);
        return (
          <li class="e-invoice-line" key={at}>
            <span>{about.filter(Boolean).join(" · ")}</span>
            <span class="e-invoice-amount">{isCharge ? `+ ${shown}` : `− ${shown}`}</span>
          </li>
        );
      })}
    </ul>
  );
}

/** By name; an address is text, since nobody knows where it leads. */
function Attachments({ attachments }: { attachments: Attachment[] }) {
  return (
    <Part title="Attachments">
      <ul>
        {attachments.map(({ name, description, address }, at) => (
          <li class="e-invoice-text" key={at}>
            {name}
            {description && description !== name && <span class="quiet"> {description}</span>}
            {address && <span class="quiet"> {address}</span>}
          </li>
        ))}
      </ul>
    </Part>
  );
}
