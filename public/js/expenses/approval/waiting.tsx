/**
 * Open approvals by approver: each approver with what waits for them; they can be reminded once a
 * day, and an owner gives it to another.
 */

import { useState } from "preact/hooks";

import { get, post } from "../../api/client.ts";
import { notify } from "../../notifications/notices.ts";
import { FormDialog } from "../../parts/form.tsx";
import { Day, Money } from "../../parts/values.tsx";
import { Empty, View, Waiting } from "../../parts/view.tsx";
import { useRequest } from "../../state/request.ts";
import { may } from "../../state/session.ts";
import { choice } from "../../values/schema.ts";
import { t } from "../../words.ts";
import { useAsking } from "../sorting/asking.ts";
import type { AccountPerson, ApprovalOutcome, WaitingFor } from "../../api/types.d.ts";
import type { Body } from "../../parts/form.tsx";

const MOST_AT_ONCE = 100;

const ROLES: Record<string, string> = {
  anyone: t`Anyone who can approve`,
  owner: t`An owner`,
  approver: t`An approver`,
};

export default function WaitingView() {
  const { answer, problem, isLoading, again } = useRequest(
    (signal) => get("/api/approvals/waiting", { signal }),
    [],
  );
  const people = useRequest((signal) => get("/api/people", { signal }), []).answer?.items ?? [];
  const [given, setGiven] = useState<WaitingFor | null>(null);
  const asking = useAsking();
  const remind = ({ person, name }: WaitingFor) =>
    asking.ask(async () => {
      const { wasSent } = await post("/api/approvals/remind", { person: person ?? "" });
      notify(wasSent ? t`${name} is reminded.` : t`${name} was reminded today already.`, {
        kind: "success",
      });
      again();
    });
  return (
    <View title={t`Open approvals by approver`}>
      <Waiting
        problem={problem ?? asking.problem}
        isLoading={isLoading && !answer}
        onAgain={again}
      />
      {answer?.items.length === 0 && <Empty title={t`Nothing waits for approval`} />}
      {answer && answer.items.length > 0 && (
        <ul class="lines" aria-label={t`Approvers`}>
          {answer.items.map((each) => (
            <li class="line" key={`${each.person ?? each.role} ${each.isStuck}`}>
              <div class="line-text">
                <span class="line-title">{nameOf(each)}</span>
                <span class="line-note">
                  {each.count === 1 ? t`1 expense` : t`${each.count} expenses`}
                  {" · "}since <Day day={each.since.slice(0, 10)} />
                  {each.people.length > 0 && ` · ${each.people.join(", ")}`}
                  {each.substitutes.length > 0 &&
                    ` · ${t`substitute: ${each.substitutes.join(", ")}`}`}
                </span>
                <span class="line-amount line-buttons">
                  {each.total && <Money amount={each.total} currency={each.currency ?? ""} />}
                  {each.person && (
                    <button
                      type="button"
                      class="button small"
                      disabled={
                        asking.isBusy || each.reminded === new Date().toISOString().slice(0, 10)
                      }
                      aria-label={t`Remind ${each.name}`}
                      onClick={() => remind(each)}
                    >
                      {each.reminded === new Date().toISOString().slice(0, 10)
                        ? t`Reminded today`
                        : t`Remind`}
                    </button>
                  )}
                  {may("administer") && (each.isStuck || each.role !== "anyone") && (
                    <button
                      type="button"
                      class="button small"
                      aria-label={t`Reassign: ${nameOf(each)}`}
                      onClick={() => setGiven(each)}
                    >
                      Reassign …
                    </button>
                  )}
                </span>
              </div>
            </li>
          ))}
        </ul>
      )}
      {given && (
        <Reassign waiting={given} people={people} onClose={() => setGiven(null)} onDone={again} />
      )}
    </View>
  );
}

const nameOf = ({ isStuck, role, name }: WaitingFor) =>
  isStuck ? t`Nobody can approve these` : (ROLES[role ?? ""] ?? name);

function Reassign({
  waiting,
  people,
  onClose,
  onDone,
}: {
  waiting: WaitingFor;
  people: AccountPerson[];
  onClose: () => void;
  onDone: () => void;
}) {
  const able = people.filter(
    ({ id, roles, removedAt }) =>
      removedAt === null &&
      id !== waiting.person &&
      roles.some((role) => role === "owner" || role === "approver"),
  );
  const fields = [
    choice(
      "to",
      t`New approver`,
      able.map(({ id, name }) => ({ value: id, label: name })),
    ),
  ];
  const send = async ({ to }: Body) => {
    const name = able.find(({ id }) => id === to)?.name ?? "";
    const outcomes: ApprovalOutcome[] = [];
    for (let at = 0; at < waiting.expenses.length; at += MOST_AT_ONCE) {
      const ids = waiting.expenses.slice(at, at + MOST_AT_ONCE);
      outcomes.push(...(await post("/api/approvals/reassign", { ids, to })).items);
    }
    const refused = outcomes.filter(({ outcome }) => outcome !== "done");
    const done = outcomes.length - refused.length;
    if (done > 0)
      notify(
        done === 1
          ? t`1 expense is reassigned to ${name}.`
          : t`${done} expenses are reassigned to ${name}.`,
        { kind: "success" },
      );
    if (refused.length > 0) {
      const reason = refused[0]?.reason ?? "";
      notify(
        refused.length === 1
          ? t`1 expense was not reassigned: ${reason}`
          : t`${refused.length} expenses were not reassigned. The first: ${reason}`,
        { kind: "problem" },
      );
    }
    onDone();
  };
  return (
    <FormDialog
      title="Who approves it instead?"
      action="Reassign"
      fields={fields}
      onSend={send}
      onClose={onClose}
    >
      <p>Nobody approves what they handed in themselves.</p>
    </FormDialog>
  );
}
