/**
 * Who may send receipts by mail beside the account's people, and whether senders must be proven.
 */

import { useState } from "preact/hooks";

import { ApiError, get, put } from "../api/client.ts";
import { SelectField, TextField } from "../parts/fields.tsx";
import { report } from "../state/report.ts";
import { sentenceOf, useRequest } from "../state/request.ts";
import { session } from "../state/session.ts";
import { t } from "../words.ts";
import type { AllowedSender, ReceiptsByMail } from "../api/types.d.ts";

export function MailSenders({
  mail,
  onAnswer,
}: {
  mail: ReceiptsByMail;
  onAnswer: (mail: ReceiptsByMail) => void;
}) {
  const { answer: people } = useRequest((signal) => get("/api/people", { signal }), []);
  const [pattern, setPattern] = useState("");
  const [userId, setUserId] = useState(session.value?.user.id ?? "");
  const [problem, setProblem] = useState<string | null>(null);
  const { senders, requiresAuthentication } = mail;
  const own = session.value?.user;
  const named = people?.items.filter((each) => !each.removedAt) ?? (own ? [own] : []);
  const nameOf = (id: string) => named.find((each) => each.id === id)?.name ?? id;

  async function save(change: { senders?: AllowedSender[]; requiresAuthentication?: boolean }) {
    onAnswer(await put("/api/receipts-by-mail", { senders, requiresAuthentication, ...change }));
  }

  async function allow(event: Event) {
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

  return (
    <section class="card" aria-labelledby="senders-title">
      <h2 id="senders-title">Who may send</h2>
      <p class="quiet">
        People of the account may from their confirmed addresses. Others, such as shops, you allow
        here.
      </p>
      <ul class="lines is-wrapped">
        {senders.map((each) => (
          <li class="line" key={each.pattern}>
            <div class="line-text">
              <span class="line-title">{each.pattern}</span>
              <span class="line-note">as receipts of {nameOf(each.userId)}</span>
              <span class="line-actions">
                <button
                  type="button"
                  class="button small danger"
                  aria-label={t`Disallow ${each.pattern}`}
                  onClick={() =>
                    save({
                      senders: senders.filter((other) => other.pattern !== each.pattern),
                    }).catch(report)
                  }
                >
                  Disallow
                </button>
              </span>
            </div>
          </li>
        ))}
      </ul>
      <form class="fields-row" novalidate onSubmit={allow}>
        <TextField
          label="Address or domain"
          value={pattern}
          onValue={setPattern}
          placeholder="@shop.example"
          maxLength={254}
          problem={problem}
        />
        <SelectField
          label="Whose receipts these are"
          value={userId}
          onValue={setUserId}
          options={named.map((each) => ({ value: each.id, label: each.name }))}
        />
        <button type="submit" class="button" disabled={!pattern.trim()}>
          Allow
        </button>
      </form>
      <label class="check">
        <input
          type="checkbox"
          checked={requiresAuthentication}
          onChange={(event: Event) =>
            save({ requiresAuthentication: (event.target as HTMLInputElement).checked }).catch(
              report,
            )
          }
        />
        A sender’s domain must prove that it sent the mail (DMARC, DKIM or SPF)
      </label>
      {!requiresAuthentication && (
        <p class="form-problem">
          Anyone who knows the address can send in the name of those who may.
        </p>
      )}
    </section>
  );
}
