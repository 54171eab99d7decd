/**
 * Rules in their order: made, tried, moved, paused, deleted, and applied to the expenses there
 * are.
 */

import { useState } from "preact/hooks";

import { del, get, post, put } from "../../api/client.ts";
import { DOCUMENT_KINDS } from "../../labels.ts";
import { Waiting } from "../../parts/view.tsx";
import { useRequest } from "../../state/request.ts";
import { may } from "../../state/session.ts";
import { writtenAmount } from "../../values/amount.ts";
import { useAsking } from "./asking.ts";
import { NewRule } from "./rule-form.tsx";
import { Preview } from "./preview.tsx";
import { paidByEmployee } from "../../values/payers.ts";
import { t } from "../../words.ts";
import type { ActSummary, RulePreview, CategoryRule } from "../../api/types.d.ts";

export function Rules({ onAct, onDone }: { onAct: (act: ActSummary) => void; onDone: () => void }) {
  const { answer, problem, isLoading, again, set } = useRequest(
    (signal) => get("/api/rules", { signal }),
    [],
  );
  const [preview, setPreview] = useState<RulePreview | null>(null);
  const asking = useAsking();
  const rules = answer?.items ?? [];
  const active = rules.filter(({ state }) => state === "active");

  const move = (from: number, to: number) =>
    asking.ask(async () => {
      const ids = rules.map(({ id }) => id);
      ids.splice(to, 0, ...ids.splice(from, 1));
      set(await post("/api/rules/order", { ids }));
    });
  const remove = (rule: CategoryRule) =>
    asking.ask(async () => {
      await del("/api/rules/{rule_id}", { path: { rule_id: rule.id } });
      again();
    });
  const pause = ({ id, when, gives, state }: CategoryRule) =>
    asking.ask(async () => {
      const next = state === "active" ? "paused" : "active";
      await put("/api/rules/{rule_id}", { when, gives, state: next }, { path: { rule_id: id } });
      again();
    });
  const tryAll = () => asking.ask(async () => setPreview(await post("/api/rules/preview", {})));
  const apply = () =>
    asking.ask(async () => {
      onAct(await post("/api/rules/apply", {}));
      setPreview(null);
      onDone();
    });

  return (
    <section class="card" aria-labelledby="rules-title">
      <h2 id="rules-title">Rules</h2>
      <p class="quiet">
        They sort new receipts, and those there are when you apply them. The first that matches
        decides. What a person chose stays.
      </p>
      <Waiting
        problem={problem ?? asking.problem}
        isLoading={isLoading && !answer}
        onAgain={again}
      />
      {rules.length > 0 && (
        <ol class="lines">
          {rules.map((rule, place) => (
            <Rule
              key={rule.id}
              rule={rule}
              isFirst={place === 0}
              isBusy={asking.isBusy}
              onUp={() => move(place, place - 1)}
              onPause={() => pause(rule)}
              onDelete={() => remove(rule)}
            />
          ))}
        </ol>
      )}
      {active.length > 0 && may("sort") && (
        <p>
          <button type="button" class="button" disabled={asking.isBusy} onClick={tryAll}>
            What would the rules change?
          </button>
        </p>
      )}
      {preview && <Preview preview={preview} isBusy={asking.isBusy} onApply={apply} />}
      {may("sort") && <NewRule onDone={again} />}
    </section>
  );
}

function Rule({
  rule,
  isFirst,
  isBusy,
  onUp,
  onPause,
  onDelete,
}: {
  rule: CategoryRule;
  isFirst: boolean;
  isBusy: boolean;
  onUp: () => void;
  onPause: () => void;
  onDelete: () => void;
}) {
  const words = whenOf(rule);
  const isPaused = rule.state === "paused";
  return (
    <li class="line">
      <div class="line-text">
        <span class="line-title">{givesOf(rule)}</span>
        <span class="line-note">{isPaused ? t`Paused. ${words}` : words}</span>
        {may("sort") && (
          <span class="line-amount line-buttons">
            {!isFirst && (
              <button
                type="button"
                class="button small"
                disabled={isBusy}
                aria-label={t`Move up: ${words}`}
                onClick={onUp}
              >
                Up
              </button>
            )}
            <button
              type="button"
              class="button small"
              disabled={isBusy}
              aria-label={`${isPaused ? t`Use` : t`Pause`}: ${words}`}
              onClick={onPause}
            >
              {isPaused ? t`Use` : t`Pause`}
            </button>
            <button
              type="button"
              class="button small danger"
              disabled={isBusy}
              aria-label={t`Delete: ${words}`}
              onClick={onDelete}
            >
              Delete
            </button>
          </span>
        )}
      </div>
    </li>
  );
}

/** What a rule asks for, in words. */
function whenOf({ when }: CategoryRule) {
  const { merchant, words, min, max, currency, documentKind } = when;
  return [
    merchant && t`from ${merchant}`,
    words?.length ? t`with “${words.join(t`” and “`)}”` : null,
    min && t`from ${writtenAmount(min)}`,
    max && t`up to ${writtenAmount(max)}`,
    currency && t`in ${currency}`,
    documentKind && t`of kind ${DOCUMENT_KINDS[documentKind] ?? documentKind}`,
  ]
    .filter(Boolean)
    .join(", ");
}

/** What a rule gives, in words. */
function givesOf({ gives }: CategoryRule) {
  const { category, project, tags, paidBy, costCenter } = gives;
  return [
    category,
    project && t`project ${project}`,
    tags?.length && t`tags ${tags.join(", ")}`,
    paidBy && paidByEmployee(),
    costCenter && t`cost centre ${costCenter}`,
  ]
    .filter(Boolean)
    .join(" · ");
}
