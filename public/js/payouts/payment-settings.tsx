/**
 * How the company pays: its own account, the accounts of payees, and above what a second person
 * approves.
 */

import { useState } from "preact/hooks";

import { get } from "../api/client.ts";
import { View, Waiting } from "../parts/view.tsx";
import { useRequest } from "../state/request.ts";
import { may } from "../state/session.ts";
import { t } from "../words.ts";
import { Changes } from "./changes.tsx";
import { Limits } from "./limits.tsx";
import { Payees } from "./payees.tsx";

export default function PaymentSettings() {
  const people = useRequest(
    async (signal) => (may("read") ? (await get("/api/people", { signal })).items : []),
    [],
  );
  // The limits are read anew behind a decision on them, and what waits behind what was asked for.
  const [askedChanges, askedFor] = useState(0);
  const [decidedChanges, decided] = useState(0);
  return (
    <View title="Payments">
      <Changes asOf={askedChanges} onDecided={() => decided((before) => before + 1)} />
      <OwnAccount />
      {may("pay") && (
        <>
          <Payees people={people.answer ?? []} />
          <Limits key={decidedChanges} onAsked={() => askedFor((before) => before + 1)} />
        </>
      )}
    </View>
  );
}

/** The company's profile has it, or else the deployment's settings; here it is only shown. */
function OwnAccount() {
  const { answer, problem, isLoading, again } = useRequest(
    (signal) => get("/api/payment-ways", { signal }),
    [],
  );
  return (
    <section class="card" aria-labelledby="own-account-title">
      <h2 id="own-account-title">Account of the company</h2>
      <Waiting problem={problem} isLoading={isLoading && !answer} onAgain={again} />
      {answer && (
        <>
          <dl class="facts-list">
            <div>
              <dt>Files for the bank</dt>
              <dd>
                {answer.file
                  ? t`${answer.file.name}, ${answer.file.iban}`
                  : t`No bank account is entered`}
              </dd>
            </div>
            <div>
              <dt>Format of the files</dt>
              <dd>SEPA credit transfer, pain.001</dd>
            </div>
            <div>
              <dt>Payment provider</dt>
              <dd>{answer.provider ? t`Set up` : t`Not set up`}</dd>
            </div>
          </dl>
          {answer.missing.map((said) => (
            <p key={said} role="note">
              {said}
            </p>
          ))}
          {!answer.provider && <p class="quiet">The operator can set up a payment provider.</p>}
          {answer.file === null && may("administer") && (
            <p>
              <a class="button" href="/settings">
                Enter the company
              </a>
            </p>
          )}
        </>
      )}
    </section>
  );
}
