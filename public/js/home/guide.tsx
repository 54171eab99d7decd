/** How one begins: the first receipt, or a sample of one, and what an account needs beside it. */

import { AddButtons } from "../receipts/add-buttons.tsx";
import { go } from "../shell/address.ts";
import { report } from "../state/report.ts";
import { addFiles } from "../state/runs.ts";
import { may } from "../state/session.ts";
import { t } from "../words.ts";

const SAMPLE = "/sample-receipt.pdf";

/** Hand in the sample as one's own: it is read, and can be rejected. */
async function trySample() {
  try {
    const answer = await fetch(SAMPLE);
    if (!answer.ok) throw new TypeError(`${SAMPLE} was answered ${answer.status}`);
    addFiles([new File([await answer.blob()], "sample-receipt.pdf", { type: "application/pdf" })]);
    go("/");
  } catch (error) {
    report(error);
  }
}

export function Guide() {
  const next = [
    {
      title: t`Connect a bank or card`,
      says: t`Each entry finds its receipt, or asks for it.`,
      href: "/bank",
      needs: may("book"),
    },
    {
      title: t`Enter your company`,
      says: t`Invoices take its name, address and IBAN from there.`,
      href: "/settings",
      needs: may("administer"),
    },
    {
      title: t`Invite the others`,
      says: t`Each hands in their own receipts, and sees only these.`,
      href: "/settings/people",
      needs: may("people"),
    },
    {
      title: t`Look at categories and approval`,
      says: t`A set of both is there already.`,
      href: "/settings/categories",
      needs: may("administer"),
    },
  ].filter(({ needs }) => needs);
  return (
    <section class="card guide" aria-labelledby="guide-title">
      <h2 id="guide-title">Begin with a receipt</h2>
      <p>
        Photograph it, or choose a file. Tillroll reads it and makes an expense of it; where it is
        unsure, it asks you.
      </p>
      <p class="form-buttons">
        <AddButtons isPrimary />
        <button type="button" class="button" onClick={trySample}>
          Try a sample receipt
        </button>
      </p>
      {next.length > 0 && <h3>Then</h3>}
      <ol class="guide-next">
        {next.map(({ title, says, href }) => (
          <li key={href}>
            <a href={href}>{title}</a> <span class="quiet">{says}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
