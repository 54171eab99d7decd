/**
 * The last look before a claim is sent: the page that the payer sees, and the mail. Nothing is
 * claimed before Send.
 */

import { ApiError, post } from "../api/client.ts";
import { counted, date, money, rateInWords, UNKNOWN } from "../format.ts";
import { notify } from "../notifications/notices.ts";
import { Dialog } from "../parts/dialog.tsx";
import { useAct } from "../parts/use-act.ts";
import { Waiting } from "../parts/view.tsx";
import { go } from "../shell/address.ts";
import { useRequest } from "../state/request.ts";
import { sentence } from "./dialogs.tsx";
import { t } from "../words.ts";
import type { ClaimPreview, ClaimRequest, InvoicePreview } from "../api/types.d.ts";

const FRAMED = [
  "currency",
  "payerKind",
  "clientId",
  "firstDay",
  "lastDay",
  "person",
  "termsDays",
  "converts",
] as const;
/** Without its tax, an invoice of some countries would be refused. */
const TAXED = ["vatCategory", "vatRate", "vatReason", "charges"] as const;

/** Where the payer's page is previewed. */
function frameOf(request: ClaimRequest) {
  const query = new URLSearchParams();
  const { invoice } = request;
  for (const name of FRAMED) add(query, name, request[name]);
  if (invoice) {
    query.set("invoice", "true");
    for (const name of TAXED) add(query, name, invoice[name]);
    for (const id of invoice.disbursements ?? []) query.append("disbursements", id);
  }
  for (const id of request.expenseIds ?? []) query.append("expenseIds", id);
  return `/api/claim-preview?${query}`;
}

function add(query: URLSearchParams, name: string, value: unknown) {
  if (value !== undefined && value !== null) query.set(name, String(value));
}

function titleOf({ hasInvoice, total, currency, payerName }: ClaimPreview) {
  const sum = money(total, currency);
  return hasInvoice
    ? t`Invoice over ${sum} to ${payerName}`
    : t`Expense claim over ${sum} to ${payerName}`;
}

/** What the invoice charges: each expense without and with its tax, and the sums. */
function Amounts({
  lines,
  taxes,
  net,
  tax,
  total,
  currency,
}: InvoicePreview & { currency: string }) {
  const reasons = taxes.flatMap(({ reason }) => reason ?? []);
  return (
    <section aria-label="Amounts of the invoice">
      <div class="table-scroller" tabindex={0} role="group" aria-label={t`Amounts of the invoice`}>
        <table class="figures claim-amounts">
          <thead>
            <tr>
              <th scope="col">Expense</th>
              <th scope="col">Net</th>
              <th scope="col">VAT rate</th>
              <th scope="col">VAT</th>
              <th scope="col">Total</th>
            </tr>
          </thead>
          <tbody>
            {lines.map((line) => (
              <tr key={line.expenseId}>
                <th scope="row">{line.name}</th>
                <td>{money(line.net, currency)}</td>
                <td>{line.category === "S" ? rateInWords(line.rate) : UNKNOWN}</td>
                <td>{money(line.tax, currency)}</td>
                <td>{money(line.total, currency)}</td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">Total</th>
              <td>{money(net, currency)}</td>
              <td />
              <td>{money(tax, currency)}</td>
              <td>{money(total, currency)}</td>
            </tr>
          </tfoot>
        </table>
      </div>
      {reasons.map((reason) => (
        <p key={reason} class="quiet">
          {reason}
        </p>
      ))}
    </section>
  );
}

export function Preview({
  request,
  onClose,
  onRefused,
}: {
  request: ClaimRequest;
  onClose: () => void;
  onRefused: () => void;
}) {
  const seen = useRequest(async () => {
    try {
      return { preview: await post("/api/claims/preview", request), refused: null };
    } catch (error) {
      if (error instanceof ApiError && error.status === 422)
        return { preview: null, refused: sentence(error) };
      throw error;
    }
  }, []);
  const preview = seen.answer?.preview ?? null;
  const sending = useAct(async () => {
    try {
      const asked = { ...request, expectedTotal: preview?.total ?? null };
      const claim = await post("/api/claims", asked);
      notify(t`It is being sent.`, { kind: "success" });
      go(`/claims/${claim.id}`);
    } catch (error) {
      // What was shown is not so any more.
      if (error instanceof ApiError && error.status === 422) onRefused();
      throw error;
    }
  }, sentence);
  const title = preview ? titleOf(preview) : t`Preview`;
  const action = preview?.mail ? t`Send` : t`Issue it`;
  return (
    <Dialog
      title={title}
      action={preview ? action : undefined}
      isBusy={sending.isBusy}
      problem={sending.problem ?? seen.answer?.refused}
      onClose={onClose}
      onAction={sending.act}
    >
      <Waiting
        problem={seen.problem}
        isLoading={seen.isLoading && !seen.answer}
        onAgain={seen.again}
      />
      {preview && (
        <>
          <p>
            {counted(preview.expenses, "expense")}, due on {date(preview.dueOn)}. Nothing is billed
            before you send it.
          </p>
          {preview.missing.includes("name") && (
            <p class="form-problem" role="note">
              Your company has no name, so the payer is not told who bills them.{" "}
              <a href="/settings">Add it</a>
            </p>
          )}
          {preview.missing.includes("iban") && (
            <p class="form-problem" role="note">
              Your company has no IBAN, so the payer is not told where to pay.{" "}
              <a href="/settings">Add it</a>
            </p>
          )}
          {preview.mail && (
            <section class="claim-mail" aria-label="E-mail">
              <p class="quiet">
                From {preview.mail.sender} to {preview.mail.to}
              </p>
              {preview.mail.replyTo && <p class="quiet">Answers go to {preview.mail.replyTo}</p>}
              <p>
                <strong>{preview.mail.subject}</strong>
              </p>
              {preview.mail.paragraphs.map((text) => (
                <p key={text}>{text}</p>
              ))}
              {preview.mail.attachment && <p class="quiet">Attached: {preview.mail.attachment}</p>}
            </section>
          )}
          {preview.invoice && <Amounts {...preview.invoice} currency={preview.currency} />}
          {preview.sentBy === "hand" && (
            <p class="quiet">
              Nothing is mailed. Make a link for the payer on its page afterwards.
            </p>
          )}
          <iframe
            class="claim-page"
            title="The page that the payer sees"
            src={frameOf(request)}
            sandbox="allow-same-origin"
          />
          {preview.hasInvoice && (
            <p class="quiet">
              The invoice is a PDF that carries its XML, as ZUGFeRD and Factur-X have it.
            </p>
          )}
        </>
      )}
    </Dialog>
  );
}
