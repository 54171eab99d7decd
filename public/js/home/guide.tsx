/** How one begins: the first receipt, or a sample of one, and what an account needs beside it. */

import { useEffect, useState } from "preact/hooks";

import { get, request } from "../api/client.ts";
import { AddButtons } from "../receipts/add-buttons.tsx";
import { go } from "../shell/address.ts";
import { report } from "../state/report.ts";
import { useRequest } from "../state/request.ts";
import { addFiles } from "../state/runs.ts";
import { may, session } from "../state/session.ts";
import { storedUnder } from "../state/stored.ts";
import { t } from "../words.ts";

const SAMPLE = "/sample-receipt.pdf";

/** The accounts that were begun on this device. */
const begun = storedUnder("tillroll-begun:", () => localStorage);
const account = () => session.value?.account.id ?? "";

/** Hand in the sample as one's own: it is read, and can be rejected. */
async function trySample() {
  try {
    const { body } = await request(SAMPLE, { reads: "bytes" });
    addFiles([new File([body], "sample-receipt.pdf", { type: "application/pdf" })]);
    go("/");
  } catch (error) {
    report(error);
  }
}

/** Where the first run said that nobody else works here. */
const alone = storedUnder("tillroll-alone:", () => localStorage);

/** @param isAlone as it was said in the first run on this device */
export const keepAlone = (isAlone: boolean) => alone.keep(account(), isAlone);

/** What comes next, where the reader may do it and it is not done. */
function useSteps() {
  const { answer: company } = useRequest(
    async (signal) => (may("administer") ? get("/api/company", { signal }) : null),
    [],
  );
  const hasOthers = session.value?.isAlone === false;
  return [
    {
      title: t`Connect a bank or card`,
      says: t`Each entry finds its receipt, or asks for it.`,
      href: "/bank/sources",
      needs: may("book"),
    },
    {
      title: t`Enter your company`,
      says: t`Invoices take its name, address and IBAN from there.`,
      href: "/settings",
      needs: company !== null && company.missing.length > 0,
    },
    {
      title: t`Invite the others`,
      says: t`Each hands in their own receipts, and sees only these.`,
      href: "/settings/people",
      needs: may("people") && !hasOthers && !alone.read(account()),
    },
    {
      title: t`Look at categories and approval`,
      says: t`A set of both is there already.`,
      href: "/settings/categories",
      needs: may("administer"),
    },
  ].filter(({ needs }) => needs);
}

export function Guide() {
  const steps = useSteps();
  useEffect(() => begun.keep(account(), true), []);
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
      {steps.length > 0 && <h3>Then</h3>}
      <Steps steps={steps} />
    </section>
  );
}

function Steps({ steps }: { steps: ReturnType<typeof useSteps> }) {
  return (
    <ol class="guide-next">
      {steps.map(({ title, says, href }) => (
        <li key={href}>
          <a href={href}>{title}</a> <span class="quiet">{says}</span>
        </li>
      ))}
    </ol>
  );
}

/** After the first receipt: what the guide said stays until somebody hides it. */
export function StillToDo() {
  const [isShown, show] = useState(() => begun.read(account()));
  const steps = useSteps();
  if (!isShown || steps.length === 0) return null;
  const hide = () => {
    begun.drop((key) => key === account());
    show(false);
  };
  return (
    <section class="card guide" aria-labelledby="guide-title">
      <h2 id="guide-title">Next steps</h2>
      <Steps steps={steps} />
      <p class="form-buttons">
        <button type="button" class="button small" onClick={hide}>
          Hide
        </button>
      </p>
    </section>
  );
}
