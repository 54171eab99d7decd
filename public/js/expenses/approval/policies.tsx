/**
 * Settings: what the account asks of an expense before it is approved, or before what is approved
 * is claimed.
 */

import { useState } from "preact/hooks";

import { del, get, post } from "../../api/client.ts";
import { notify } from "../../notifications/notices.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { AmountField, CurrencyField, SelectField, TextField } from "../../parts/fields.tsx";
import { New } from "../../parts/new.tsx";
import { Money } from "../../parts/values.tsx";
import { Empty, View, Waiting } from "../../parts/view.tsx";
import { useRequest } from "../../state/request.ts";
import { isAlone, may } from "../../state/session.ts";
import { readAmount } from "../../values/amount.ts";
import { fieldsOf, useAsking } from "../sorting/asking.ts";
import { Chains, Substitutes } from "./chains.tsx";
import { FourEyes } from "./four-eyes.tsx";
import { t } from "../../words.ts";
import type { AccountPerson, ApprovalPolicy } from "../../api/types.d.ts";

const EFFECTS: Record<string, string> = {
  four_eyes: t`Somebody else must approve it`,
  refuse: t`It is not let through`,
  warn: t`A warning is shown`,
};
const HELD: Record<string, string> = { approval: t`Before approval`, claim: t`Before billing` };
const MOMENTS = Object.entries(HELD).map(([value, label]) => ({ value, label }));
const RECEIPTS = [
  { value: "", label: t`With a receipt or without` },
  { value: "without", label: t`Only without a receipt` },
];
const ROLES: Record<string, string> = { owner: t`an owner`, approver: t`an approver` };
const OPTIONS = Object.entries(EFFECTS).map(([value, label]) => ({ value, label }));
const EMPTY = {
  name: "",
  effect: "four_eyes",
  category: "",
  currency: "",
  above: "",
  heldAt: "approval",
  receipt: "",
  unless: "",
};

export default function Policies() {
  const { answer, problem, isLoading, again } = useRequest(
    (signal) => get("/api/policies", { signal }),
    [],
  );
  const people = (
    useRequest((signal) => get("/api/people", { signal }), []).answer?.items ?? []
  ).filter(({ removedAt }) => !removedAt);
  const asking = useAsking();
  const remove = ({ id, name }: ApprovalPolicy) =>
    asking.ask(async () => {
      await del("/api/policies/{policy_id}", { path: { policy_id: id } });
      notify(t`The policy “${name}” is deleted.`, { kind: "success" });
      again();
    });
  return (
    <View title="Approval policies">
      {isAlone() ? (
        <p class="quiet">
          What you confirm in review is approved by that. A policy says which expenses you look at
          once more. It can also keep approved expenses from being billed.
        </p>
      ) : (
        <p class="quiet">
          Owners and approvers approve. A policy says which expenses they may not approve, or not
          alone. It can also keep approved expenses from being billed.
        </p>
      )}
      {!isAlone() && <FourEyes />}
      <Waiting
        problem={problem ?? asking.problem}
        isLoading={isLoading && !answer}
        onAgain={again}
      />
      {answer?.items.length === 0 && (
        <Empty title="There is no policy">
          <p>Anyone who can approve can approve every expense.</p>
        </Empty>
      )}
      {answer && answer.items.length > 0 && (
        <ul class="lines" aria-label="Policies">
          {answer.items.map((each) => (
            <li class="line" key={each.id}>
              <div class="line-text">
                <span class="line-title">{each.name}</span>
                <span class="line-note">
                  {HELD[each.heldAt]} · {EFFECTS[each.effect]}
                  {each.category && ` · ${each.category}`}
                  {each.above && (
                    <>
                      {" "}
                      · above <Money amount={each.above} currency={each.currency ?? ""} />
                    </>
                  )}
                  {each.withoutReceipt && t` · without a receipt`}
                  {each.unlessApprovedBy &&
                    t` · unless ${each.unlessApprovedByName ?? ROLES[each.unlessApprovedBy]} approves it`}
                </span>
                {may("administer") && (
                  <span class="line-amount line-buttons">
                    <button
                      type="button"
                      class="button small danger"
                      disabled={asking.isBusy}
                      aria-label={t`Delete ${each.name}`}
                      onClick={() => remove(each)}
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
      {may("administer") && (
        <New label={t`New policy …`}>
          {(close) => <NewPolicy people={people} onClose={close} onDone={again} />}
        </New>
      )}
      <Chains people={people} />
      <Substitutes people={people} />
    </View>
  );
}

function NewPolicy({
  people,
  onClose,
  onDone,
}: {
  people: AccountPerson[];
  onClose: () => void;
  onDone: () => void;
}) {
  const [given, setGiven] = useState(EMPTY);
  const { isBusy, unplaced, fields, ask } = useAsking();
  const able = people.filter(({ roles }) => roles.some((role) => role in ROLES));
  const named = [
    { value: "", label: t`Anyone who approves it` },
    ...Object.entries(ROLES).map(([value, label]) => ({
      value,
      label: t`Unless ${label} approves`,
    })),
    ...able.map(({ id, name }) => ({ value: id, label: t`Unless ${name} approves` })),
  ];
  const amount = readAmount(given.above, given.currency);
  const add = () => {
    if (amount.problem) return;
    void ask(async () => {
      const { name, effect, category, currency, heldAt } = given;
      const only = {
        category: category || null,
        currency: currency || null,
        above: amount.value || null,
      };
      const more = {
        withoutReceipt: given.receipt === "without",
        unlessApprovedBy: given.unless || null,
      };
      const asked = { name, effect, heldAt, ...only, ...more };
      await post("/api/policies", asked as any);
      notify(t`The policy is added.`, { kind: "success" });
      onClose();
      onDone();
    });
  };
  const props = fieldsOf(given, setGiven, fields);
  const above = props("above", t`Only above the amount`);
  return (
    <Dialog
      title="New policy"
      action="Add the policy"
      isBusy={isBusy}
      isReady={given.name.trim() !== ""}
      problem={unplaced}
      onClose={onClose}
      onAction={add}
    >
      <TextField {...props("name", t`Name`)} maxLength={100} />
      <SelectField {...props("effect", t`What it does`)} options={OPTIONS} />
      <TextField {...props("category", t`Only the category`)} list="categories" maxLength={60} />
      <AmountField {...above} problem={above.problem ?? amount.problem} currency={given.currency} />
      <CurrencyField {...props("currency", t`In the currency`)} />
      <SelectField {...props("heldAt", t`Applies`)} options={MOMENTS} />
      <SelectField {...props("receipt", t`Receipts`)} options={RECEIPTS} />
      <SelectField
        {...props("unless", t`Exception`)}
        problem={fields.unlessApprovedBy ?? null}
        options={named}
      />
    </Dialog>
  );
}
