/**
 * Settings: who approves which expenses, one after the other, and who stands in for whom from day
 * to day.
 */

import { useState } from "preact/hooks";

import { del, get, post } from "../../api/client.ts";
import { notify } from "../../notifications/notices.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { AmountField, DayField, SelectField, TextField } from "../../parts/fields.tsx";
import { New } from "../../parts/new.tsx";
import { Day, Money } from "../../parts/values.tsx";
import { useRequest } from "../../state/request.ts";
import { may, session } from "../../state/session.ts";
import { readAmount } from "../../values/amount.ts";
import { t } from "../../words.ts";
import { fieldsOf, useAsking } from "../sorting/asking.ts";
import { Problem } from "../../parts/problem.tsx";
import type { AccountPerson } from "../../api/types.d.ts";

const MOST_STEPS = 5;
const ROLES = [
  { value: "anyone", label: t`Anyone who can approve` },
  { value: "approver", label: t`An approver` },
  { value: "owner", label: t`An owner` },
];
const EMPTY = { name: "", from: "", category: "", person: "" };

const optionOf = ({ id, name }: AccountPerson) => ({ value: id, label: name });

const approversOf = (people: AccountPerson[]) =>
  people
    .filter(({ roles }) => roles.some((role) => role === "owner" || role === "approver"))
    .map(optionOf);

/** Who is in the account */
export function Chains({ people }: { people: AccountPerson[] }) {
  const { answer, again } = useRequest((signal) => get("/api/approval-chains", { signal }), []);
  const asking = useAsking();
  const remove = (id: string, name: string) =>
    asking.ask(async () => {
      await del("/api/approval-chains/{chain_id}", { path: { chain_id: id } });
      notify(t`The rule “${name}” is deleted. What waits under it keeps it.`, { kind: "success" });
      again();
    });
  return (
    <section aria-labelledby="chains-title">
      <h2 id="chains-title">Who approves</h2>
      <p class="quiet">
        A rule names who approves an expense, one after the other. Without a rule, anyone who can
        approve does.
      </p>
      {answer && answer.items.length > 0 && (
        <ul class="lines" aria-label={t`Rules`}>
          {answer.items.map((each) => (
            <li class="line" key={each.id}>
              <div class="line-text">
                <span class="line-title">{each.name}</span>
                <span class="line-note">
                  {[each.category, each.personName].filter(Boolean).join(" · ")}
                  {each.from && (
                    <>
                      {" "}
                      from <Money amount={each.from} currency={each.currency ?? ""} />
                    </>
                  )}
                  {each.category || each.personName || each.from ? ": " : ""}
                  {each.steps.map(({ name }) => name).join(" → ")}
                </span>
                {may("administer") && (
                  <span class="line-amount line-buttons">
                    <button
                      type="button"
                      class="button small danger"
                      disabled={asking.isBusy}
                      aria-label={t`Delete ${each.name}`}
                      onClick={() => remove(each.id, each.name)}
                    >
                      Delete
                    </button>
                  </span>
                )}
              </div>
            </li>
          ))}
        </ul>
      )}
      <Problem>{asking.problem}</Problem>
      {may("administer") && (
        <New label={t`New rule …`}>
          {(close) => <NewChain people={people} onClose={close} onDone={again} />}
        </New>
      )}
    </section>
  );
}

function NewChain({
  people,
  onClose,
  onDone,
}: {
  people: AccountPerson[];
  onClose: () => void;
  onDone: () => void;
}) {
  const [given, setGiven] = useState(EMPTY);
  const [steps, setSteps] = useState(["approver"]);
  const approvers = approversOf(people);
  const { isBusy, unplaced, fields, ask } = useAsking();
  const currency =
    useRequest((signal) => get("/api/account", { signal }), []).answer?.baseCurrency ?? "";
  const amount = readAmount(given.from, currency || "EUR");
  const add = () => {
    if (amount.problem) return;
    void ask(async () => {
      const asked = {
        name: given.name,
        steps,
        from: amount.value || null,
        category: given.category || null,
        person: given.person || null,
      };
      await post("/api/approval-chains", asked);
      notify(t`The rule is added. It counts for what is handed in or changed from now on.`, {
        kind: "success",
      });
      onClose();
      onDone();
    });
  };
  const props = fieldsOf(given, setGiven, fields);
  const from = props("from", t`From this amount on`);
  const anyone = { value: "", label: t`Of anyone` };
  return (
    <Dialog
      title="New rule"
      action="Add the rule"
      isBusy={isBusy}
      isReady={given.name.trim() !== ""}
      problem={unplaced}
      onClose={onClose}
      onAction={add}
    >
      <TextField {...props("name", t`Name of the rule`)} maxLength={100} />
      <AmountField {...from} problem={from.problem ?? amount.problem} currency={currency} />
      <TextField {...props("category", t`Only this category`)} list="categories" maxLength={60} />
      <SelectField
        {...props("person", t`Whose expenses`)}
        options={[anyone, ...people.map(optionOf)]}
      />
      {steps.map((step, number) => (
        <SelectField
          key={number}
          label={t`Step ${number + 1}`}
          value={step}
          onValue={(value: string) =>
            setSteps(steps.map((each, at) => (at === number ? value : each)))
          }
          problem={number === 0 ? (fields.steps ?? null) : null}
          options={[...ROLES, ...approvers]}
        />
      ))}
      <p class="form-buttons">
        <button
          type="button"
          class="button small"
          disabled={steps.length >= MOST_STEPS}
          onClick={() => setSteps([...steps, "owner"])}
        >
          Add a step
        </button>
        {steps.length > 1 && (
          <button type="button" class="button small" onClick={() => setSteps(steps.slice(0, -1))}>
            Remove the last step
          </button>
        )}
      </p>
    </Dialog>
  );
}

/** Who is in the account */
export function Substitutes({ people }: { people: AccountPerson[] }) {
  const { answer, again } = useRequest((signal) => get("/api/substitutes", { signal }), []);
  const asking = useAsking();
  const own = session.value?.user.id ?? "";
  const end = (id: string) =>
    asking.ask(async () => {
      await del("/api/substitutes/{substitute_id}", { path: { substitute_id: id } });
      again();
    });
  return (
    <section aria-labelledby="substitutes-title">
      <h2 id="substitutes-title">Substitutes</h2>
      <p class="quiet">A substitute sees and decides what waits for a person, from day to day.</p>
      {answer && answer.items.length > 0 && (
        <ul class="lines" aria-label={t`Substitutes`}>
          {answer.items.map((each) => (
            <li class="line" key={each.id}>
              <div class="line-text">
                <span class="line-title">{t`${each.substituteName} for ${each.personName}`}</span>
                <span class="line-note">
                  <Day day={each.from} /> – <Day day={each.to} />
                </span>
                {(may("administer") || each.person === own) && (
                  <span class="line-amount line-buttons">
                    <button
                      type="button"
                      class="button small"
                      disabled={asking.isBusy}
                      aria-label={t`End: ${each.substituteName} for ${each.personName}`}
                      onClick={() => end(each.id)}
                    >
                      End
                    </button>
                  </span>
                )}
              </div>
            </li>
          ))}
        </ul>
      )}
      <Problem>{asking.problem}</Problem>
      {may("approve") && (
        <New label={t`New substitute …`}>
          {(close) => (
            <NewSubstitute approvers={approversOf(people)} onClose={close} onDone={again} />
          )}
        </New>
      )}
    </section>
  );
}

function NewSubstitute({
  approvers,
  onClose,
  onDone,
}: {
  approvers: { value: string; label: string }[];
  onClose: () => void;
  onDone: () => void;
}) {
  const own = session.value?.user.id ?? "";
  const [given, setGiven] = useState({ person: own, substitute: "", from: "", to: "" });
  const { isBusy, unplaced, fields, ask } = useAsking();
  const add = () =>
    ask(async () => {
      await post("/api/substitutes", { ...given, person: given.person || null });
      notify(t`The substitute is named.`, { kind: "success" });
      onClose();
      onDone();
    });
  const props = fieldsOf(given, setGiven, fields);
  const others = [
    { value: "", label: t`Select a person` },
    ...approvers.filter(({ value }) => value !== (given.person || own)),
  ];
  return (
    <Dialog
      title="New substitute"
      action="Name the substitute"
      isBusy={isBusy}
      isReady={Boolean(given.substitute && given.from && given.to)}
      problem={unplaced}
      onClose={onClose}
      onAction={add}
    >
      {may("administer") && (
        <SelectField {...props("person", t`In place of`)} options={approvers} />
      )}
      <SelectField {...props("substitute", t`Substitute`)} options={others} />
      <DayField {...props("from", t`First day`)} />
      <DayField {...props("to", t`Last day`)} />
    </Dialog>
  );
}
