/** Receipts by mail: the account's address, who may send there, and what came. */

import { useState } from "preact/hooks";

import { del, get, post } from "../api/client.ts";
import { counted, moment } from "../format.ts";
import { notify } from "../notifications/notices.ts";
import { Dialog } from "../parts/dialog.tsx";
import { TextField } from "../parts/fields.tsx";
import { View, Waiting } from "../parts/view.tsx";
import { useRequest } from "../state/request.ts";
import { may } from "../state/session.ts";
import { MailSenders } from "./mail-senders.tsx";
import { ReceivedMail } from "./received-mail.tsx";
import { useAct } from "../parts/use-act.ts";
import { t } from "../words.ts";
import type { ReceiptsByMail } from "../api/types.d.ts";

const REFUSED: Record<string, string> = {
  "sender not allowed": t`its sender may not send`,
  "not authenticated": t`its sender’s domain did not prove that it sent it`,
  "no sender": t`it named no sender, or several`,
  "own mail": t`it was this service’s own`,
  "too large": t`it was too large`,
  "too many": t`too much came within a minute`,
};

export default function Mail() {
  const { answer, problem, isLoading, again, set } = useRequest(
    (signal) => get("/api/receipts-by-mail", { signal }),
    [],
  );
  return (
    <View title="Receipts by mail">
      <p class="quiet">
        What is mailed to the account’s address becomes receipts: PDFs, photos, e-invoices, ZIP
        archives, and texts that are receipts. Forward an invoice there.
      </p>
      <Waiting problem={problem} isLoading={isLoading && !answer} onAgain={again} />
      {answer && <Address mail={answer} onAnswer={set} />}
      {answer && may("administer") && <MailSenders mail={answer} onAnswer={set} />}
      <ReceivedMail />
    </View>
  );
}

function Address({
  mail,
  onAnswer,
}: {
  mail: ReceiptsByMail;
  onAnswer: (mail: ReceiptsByMail) => void;
}) {
  const [asks, ask] = useState<"change" | "end" | null>(null);
  const { address, earlier, isOffered, refused } = mail;
  const close = () => ask(null);
  const onDone = (changed: ReceiptsByMail) => {
    close();
    onAnswer(changed);
  };
  async function copy() {
    try {
      await navigator.clipboard.writeText(address ?? "");
      notify(t`The address is copied.`, { kind: "success" });
    } catch {
      notify(t`The browser does not let this page copy: select the address.`, { kind: "problem" });
    }
  }
  return (
    <section class="card" aria-labelledby="receipt-address-title">
      <h2 id="receipt-address-title">The address</h2>
      {!isOffered && <p class="quiet">This deployment takes no mail.</p>}
      {isOffered && !address && <p class="quiet">There is none yet: nothing is taken by mail.</p>}
      {address && (
        <p id="receipt-address" style="word-break: break-all">
          {address}
        </p>
      )}
      {earlier.map((each) => (
        <p class="quiet" key={each.address} style="overflow-wrap: anywhere">
          {each.address} holds until {moment(each.endsAt)}.
        </p>
      ))}
      {refused.count > 0 && refused.at && (
        <p class="quiet" id="refused-mail">
          {counted(refused.count, "mail")} refused at the door, the last on {moment(refused.at)}:
          {` ${REFUSED[refused.why ?? ""] ?? refused.why}.`}
        </p>
      )}
      <p class="form-buttons">
        {address && (
          <button type="button" class="button" onClick={copy}>
            Copy
          </button>
        )}
        {isOffered && may("administer") && (
          <button type="button" class="button" onClick={() => ask("change")}>
            {address ? t`Change the address…` : t`Make an address…`}
          </button>
        )}
        {address && may("administer") && (
          <button type="button" class="button danger" onClick={() => ask("end")}>
            Take nothing any more…
          </button>
        )}
      </p>
      {asks === "change" && <Change address={address} onClose={close} onDone={onDone} />}
      {asks === "end" && <End onClose={close} onDone={onDone} />}
    </section>
  );
}

function Change({
  address,
  onClose,
  onDone,
}: {
  address: string | null;
  onClose: () => void;
  onDone: (mail: ReceiptsByMail) => void;
}) {
  const [hours, setHours] = useState("0");
  const { isBusy, problem, act } = useAct(async () => {
    onDone(await post("/api/receipts-by-mail/address", { graceHours: Number(hours) || 0 }));
  });
  const asked = address
    ? { title: t`Change the address?`, action: t`Change it` }
    : { title: t`Make an address?`, action: t`Make it` };
  return (
    <Dialog {...asked} isBusy={isBusy} problem={problem} onClose={onClose} onAction={act}>
      <p>Only those may send to it who are allowed to. Nobody can guess it.</p>
      {address && (
        <TextField
          label="Hours for which the one before still holds"
          value={hours}
          onValue={setHours}
          hint="0 refuses it at once; at most 720."
          attributes={{ inputmode: "numeric" }}
        />
      )}
    </Dialog>
  );
}

function End({ onClose, onDone }: { onClose: () => void; onDone: (mail: ReceiptsByMail) => void }) {
  const { isBusy, problem, act } = useAct(async () => {
    onDone(await del("/api/receipts-by-mail/address"));
  });
  const asked = {
    title: t`Take nothing by mail any more?`,
    action: t`Take nothing`,
    isBusy,
    problem,
    isDanger: true,
  };
  return (
    <Dialog {...asked} onClose={onClose} onAction={act}>
      <p>What is mailed to the address is refused from now on. What came stays.</p>
    </Dialog>
  );
}
