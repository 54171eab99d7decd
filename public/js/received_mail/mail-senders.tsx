/**
 * Who may send receipts by mail beside the account's people, and whether senders must be proven.
 */

import { get, put } from "../api/client.ts";
import { NewByForm } from "../parts/new.tsx";
import { report } from "../state/report.ts";
import { useRequest } from "../state/request.ts";
import { session } from "../state/session.ts";
import { choice, field } from "../values/schema.ts";
import { t } from "../words.ts";
import type { AllowedSender, ReceiptsByMail } from "../api/types.d.ts";
import type { Body } from "../parts/form.tsx";

export function MailSenders({
  mail,
  onAnswer,
}: {
  mail: ReceiptsByMail;
  onAnswer: (mail: ReceiptsByMail) => void;
}) {
  const { answer: people } = useRequest((signal) => get("/api/people", { signal }), []);
  const { senders, requiresAuthentication } = mail;
  const own = session.value?.user;
  const named = people?.items.filter((each) => !each.removedAt) ?? (own ? [own] : []);
  const nameOf = (id: string) => named.find((each) => each.id === id)?.name ?? id;

  async function save(change: { senders?: AllowedSender[]; requiresAuthentication?: boolean }) {
    onAnswer(await put("/api/receipts-by-mail", { senders, requiresAuthentication, ...change }));
  }

  const allow = async ({ pattern, userId }: Body) =>
    save({ senders: [...senders, { pattern: pattern.trim(), userId }] });
  const fields = [
    field("pattern", t`Address or domain`, {
      isNeeded: true,
      placeholder: t`@shop.example`,
      maxLength: 254,
    }),
    choice(
      "userId",
      t`Whose receipts these are`,
      named.map((each) => ({ value: each.id, label: each.name })),
      { initial: own?.id },
    ),
  ];

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
      <NewByForm
        label={t`New sender …`}
        title="New sender"
        action="Allow"
        fields={fields}
        onSend={allow}
      />
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
