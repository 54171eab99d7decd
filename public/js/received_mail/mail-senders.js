// @ts-check
/** Who may send receipts by mail beside the account's people, and whether senders must be proven. */

import { useState } from "preact/hooks";

import { ApiError, get, put } from "../api/client.js";
import { SelectField, TextField } from "../parts/fields.js";
import { report } from "../state/report.js";
import { sentenceOf, useRequest } from "../state/request.js";
import { session } from "../state/session.js";
import { html, t } from "../words.js";

/** @import { AllowedSender, ReceiptsByMail } from "../api/types.js" */

/** @param {{ mail: ReceiptsByMail, onAnswer: (mail: ReceiptsByMail) => void }} props */
export function MailSenders({ mail, onAnswer }) {
  const { answer: people } = useRequest((signal) => get("/api/people", { signal }), []);
  const [pattern, setPattern] = useState("");
  const [userId, setUserId] = useState(session.value?.user.id ?? "");
  const [problem, setProblem] = useState(/** @type {string | null} */ (null));
  const { senders, requiresAuthentication } = mail;
  const own = session.value?.user;
  const named = people?.items.filter((each) => !each.removedAt) ?? (own ? [own] : []);
  const nameOf = (/** @type {string} */ id) => named.find((each) => each.id === id)?.name ?? id;

  /** @param {{ senders?: AllowedSender[], requiresAuthentication?: boolean }} change */
  async function save(change) {
    onAnswer(await put("/api/receipts-by-mail", { senders, requiresAuthentication, ...change }));
  }

  async function allow(/** @type {Event} */ event) {
    event.preventDefault();
    setProblem(null);
    try {
      await save({ senders: [...senders, { pattern: pattern.trim(), userId }] });
      setPattern("");
    } catch (error) {
      if (error instanceof ApiError) setProblem(error.fieldErrors[0]?.message ?? sentenceOf(error));
      else report(error);
    }
  }

  return html`
    <section class="card" aria-labelledby="senders-title">
      <h2 id="senders-title">Who may send</h2>
      <p class="quiet">People of the account may from their confirmed addresses. Others, such as shops, you allow here.</p>
      <ul class="lines is-wrapped">
        ${senders.map(
          (each) => html`
            <li class="line" key=${each.pattern}>
              <div class="line-text">
                <span class="line-title">${each.pattern}</span>
                <span class="line-note">as receipts of ${nameOf(each.userId)}</span>
                <span class="line-actions">
                  <button
                    type="button"
                    class="button small danger"
                    aria-label=${t`Disallow ${each.pattern}`}
                    onClick=${() =>
                      save({ senders: senders.filter((other) => other.pattern !== each.pattern) }).catch(report)}
                  >
                    Disallow
                  </button>
                </span>
              </div>
            </li>
          `,
        )}
      </ul>
      <form class="fields-row" novalidate onSubmit=${allow}>
        <${TextField}
          label="Address or domain"
          value=${pattern}
          onValue=${setPattern}
          placeholder="@shop.example"
          maxLength=${254}
          problem=${problem}
        />
        <${SelectField}
          label="Whose receipts these are"
          value=${userId}
          onValue=${setUserId}
          options=${named.map((each) => ({ value: each.id, label: each.name }))}
        />
        <button type="submit" class="button" disabled=${!pattern.trim()}>Allow</button>
      </form>
      <label class="check">
        <input
          type="checkbox"
          checked=${requiresAuthentication}
          onChange=${(/** @type {Event} */ event) =>
            save({ requiresAuthentication: /** @type {HTMLInputElement} */ (event.target).checked }).catch(report)}
        />
        A sender’s domain must prove that it sent the mail (DMARC, DKIM or SPF)
      </label>
      ${!requiresAuthentication &&
      html`<p class="form-problem">Anyone who knows the address can send in the name of those who may.</p>`}
    </section>
  `;
}
