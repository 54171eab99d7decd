/**
 * For a company in Germany, once: the chart of accounts of its categories, and the profile that a
 * DATEV export needs.
 */

import { get, post } from "../api/client.ts";
import { notify } from "../notifications/notices.ts";
import { Form } from "../parts/form.tsx";
import { useRequest } from "../state/request.ts";
import { may } from "../state/session.ts";
import { choice, field } from "../values/schema.ts";
import { t } from "../words.ts";
import type { Profile } from "../api/types.d.ts";
import type { Body } from "../parts/form.tsx";

const CHARTS = [
  { value: "skr03", label: t`SKR 03` },
  { value: "skr04", label: t`SKR 04` },
];

/** By the account of what is owed to sellers. */
const CHART_OF: Record<string, string> = { "1610": t`SKR 03`, "3310": t`SKR 04` };

/** Of the company */
export function DatevSetup({ country }: { country: string | null }) {
  return country === "DE" && may("sort") && may("export") ? <Asking /> : null;
}

function Asking() {
  const { answer, again } = useRequest((signal) => get("/api/export-profiles", { signal }), []);
  if (!answer) return null;
  const profile = answer.items.find(({ format }) => format === "datev");
  if (profile) return <Done options={profile.options} />;
  const fields = [
    choice("chart", t`Chart of accounts`, CHARTS, { hint: t`Your tax adviser knows which one.` }),
    field("consultant", t`Consultant's number`, {
      type: "whole",
      isNeeded: true,
      initial: undefined,
    }),
    field("client", t`Client's number`, { type: "whole", isNeeded: true, initial: undefined }),
  ];
  return (
    <section class="card" aria-labelledby="datev-title">
      <h2 id="datev-title">DATEV</h2>
      <p class="quiet">
        Categories get the accounts of the chart, and Exports gets a profile. Both can be changed
        later.
      </p>
      <Form
        action={t`Set up DATEV`}
        fields={fields}
        onSend={(body: Body) => setUp(body).then(again)}
      />
    </section>
  );
}

function Done({ options }: Pick<Profile, "options">) {
  const chart = CHART_OF[options.contraAccount?.slice(0, 4) ?? ""];
  return (
    <section class="card" aria-labelledby="datev-title">
      <h2 id="datev-title">DATEV</h2>
      <p>{chart ? t`DATEV is set up: ${chart}.` : t`DATEV is set up.`}</p>
      <p class="form-buttons">
        <a class="button" href="/exports">
          Change the profile
        </a>
        <a class="button" href="/settings/categories">
          Change accounts
        </a>
      </p>
    </section>
  );
}

/** Set the accounts, then make the profile. A second call leaves alone what exists. */
async function setUp({ chart, consultant, client }: Body) {
  const { otherAccount, contraAccount } = await post("/api/categories/accounts", { chart });
  const options = {
    datev: { consultant, client },
    contraAccount,
    other: { account: otherAccount },
  };
  await post("/api/export-profiles", { name: "DATEV", format: "datev", options });
  notify(t`DATEV is set up. Its profile is in Exports.`, { kind: "success" });
}
