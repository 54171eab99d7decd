// @ts-check
/** Rules in their order: made, tried, moved, paused, deleted, and applied to the expenses there are. */

import { useState } from "preact/hooks";

import { del, get, onceOnly, post, put } from "../../api/client.js";
import { Waiting } from "../../parts/view.js";
import { useRequest } from "../../state/request.js";
import { may } from "../../state/session.js";
import { writtenAmount } from "../../values/amount.js";
import { useAsking } from "./asking.js";
import { RuleForm } from "./rule-form.js";
import { Preview } from "./preview.js";
import { html, t } from "../../words.js";

/** @import { ActSummary, RulePreview, CategoryRule } from "../../api/types.js" */

/** @param {{ onAct: (act: ActSummary) => void, onDone: () => void }} props */
export function Rules({ onAct, onDone }) {
  const { answer, problem, isLoading, again, set } = useRequest((signal) => get("/api/rules", { signal }), []);
  const [preview, setPreview] = useState(/** @type {RulePreview | null} */ (null));
  const asking = useAsking();
  const rules = answer?.items ?? [];
  const active = rules.filter(({ state }) => state === "active");

  /** @param {number} from @param {number} to */
  const move = (from, to) =>
    asking.ask(async () => {
      const ids = rules.map(({ id }) => id);
      ids.splice(to, 0, ...ids.splice(from, 1));
      set(await post("/api/rules/order", { ids }));
    });
  /** @param {CategoryRule} rule */
  const remove = (rule) =>
    asking.ask(async () => {
      await del("/api/rules/{rule_id}", { path: { rule_id: rule.id } });
      again();
    });
  /** @param {CategoryRule} rule */
  const pause = ({ id, when, gives, state }) =>
    asking.ask(async () => {
      const next = state === "active" ? "paused" : "active";
      await put("/api/rules/{rule_id}", { when, gives, state: next }, { path: { rule_id: id } });
      again();
    });
  const tryAll = () => asking.ask(async () => setPreview(await post("/api/rules/preview", {})));
  const apply = () =>
    asking.ask(async () => {
      onAct(await post("/api/rules/apply", {}, { headers: onceOnly() }));
      setPreview(null);
      onDone();
    });

  return html`
    <section class="card" aria-labelledby="rules-title">
      <h2 id="rules-title">Rules</h2>
      <p class="quiet">
        They sort new receipts, and those there are when you apply them. The first that matches decides. What a person
        chose stays.
      </p>
      <${Waiting} problem=${problem ?? asking.problem} isLoading=${isLoading && !answer} onAgain=${again} />
      ${rules.length > 0 &&
      html`
        <ol class="lines">
          ${rules.map(
            (rule, place) => html`
              <${Rule}
                key=${rule.id}
                ...${{ rule, isFirst: place === 0, isBusy: asking.isBusy }}
                onUp=${() => move(place, place - 1)}
                onPause=${() => pause(rule)}
                onDelete=${() => remove(rule)}
              />
            `,
          )}
        </ol>
      `}
      ${active.length > 0 &&
      may("sort") &&
      html`
        <p>
          <button type="button" class="button" disabled=${asking.isBusy} onClick=${tryAll}>
            What would the rules change?
          </button>
        </p>
      `}
      ${preview && html`<${Preview} preview=${preview} isBusy=${asking.isBusy} onApply=${apply} />`}
      ${may("sort") && html`<${RuleForm} onDone=${again} />`}
    </section>
  `;
}

/**
 * @param {object} props
 * @param {CategoryRule} props.rule
 * @param {boolean} props.isFirst
 * @param {boolean} props.isBusy
 * @param {() => void} props.onUp
 * @param {() => void} props.onPause
 * @param {() => void} props.onDelete
 */
function Rule({ rule, isFirst, isBusy, onUp, onPause, onDelete }) {
  const words = whenOf(rule);
  const isPaused = rule.state === "paused";
  return html`
    <li class="line">
      <div class="line-text">
        <span class="line-title">${givesOf(rule)}</span>
        <span class="line-note">${isPaused ? t`Paused. ${words}` : words}</span>
        ${may("sort") &&
        html`
          <span class="line-amount line-buttons">
            ${!isFirst &&
            html`<button type="button" class="button small" disabled=${isBusy} aria-label=${t`Move up: ${words}`} onClick=${onUp}>Up</button>`}
            <button type="button" class="button small" disabled=${isBusy} aria-label=${`${isPaused ? t`Use` : t`Pause`}: ${words}`} onClick=${onPause}>
              ${isPaused ? t`Use` : t`Pause`}
            </button>
            <button type="button" class="button small danger" disabled=${isBusy} aria-label=${t`Delete: ${words}`} onClick=${onDelete}>
              Delete
            </button>
          </span>
        `}
      </div>
    </li>
  `;
}

/** What a rule asks for, in words. @param {CategoryRule} rule */
function whenOf({ when }) {
  const { merchant, words, min, max, currency, documentKind } = when;
  return [
    merchant && t`from ${merchant}`,
    words?.length ? t`with “${words.join(t`” and “`)}”` : null,
    min && t`from ${writtenAmount(min)}`,
    max && t`up to ${writtenAmount(max)}`,
    currency && t`in ${currency}`,
    documentKind && t`of kind ${documentKind.replace("_", " ")}`,
  ]
    .filter(Boolean)
    .join(", ");
}

/** What a rule gives, in words. @param {CategoryRule} rule */
function givesOf({ gives }) {
  const { category, project, tags, paidBy } = gives;
  return [category, project && t`project ${project}`, tags?.length && t`tags ${tags.join(", ")}`, paidBy && t`paid by an employee`]
    .filter(Boolean)
    .join(" · ");
}
