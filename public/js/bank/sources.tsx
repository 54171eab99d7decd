/** Where statements are fetched from: connected, agreed to anew, fetched now, ended. */

import { useEffect, useState } from "preact/hooks";

import { get, post } from "../api/client.ts";
import { counted, date, moment } from "../format.ts";
import { Icon, Spinner } from "../parts/icon.tsx";
import { Moment } from "../parts/values.tsx";
import { Empty, View, Waiting } from "../parts/view.tsx";
import { report } from "../state/report.ts";
import { useRequest } from "../state/request.ts";
import { may } from "../state/session.ts";
import { goToBank } from "./consent.ts";
import { AccountChoice, BankChoices, ChangeAccess, Connect, End } from "./source-dialogs.tsx";
import { daysLeft, fetchInWords, PROVIDERS, standingOf } from "./source-words.ts";
import { t } from "../words.ts";
import { useBusy } from "../parts/use-busy.ts";
import type { BankSource } from "../api/types.d.ts";

type Act = "bank" | "account" | "access" | "end";

const LOOK_AGAIN_MS = 2000;

export default function Sources() {
  const accounts = useRequest((signal) => get("/api/bank/accounts", { signal }), []);
  const { answer, problem, isLoading, again } = useRequest(
    (signal) => get("/api/bank/sources", { signal }),
    [],
  );
  const [connecting, connect] = useState(false);
  const [chosen, choose] = useState<{ source: BankSource; act: Act } | null>(null);
  const sources = (answer?.items ?? []).filter(({ state }) => state !== "ended");
  const names = new Map((accounts.answer?.items ?? []).map(({ id, name }) => [id, name]));
  const free = (accounts.answer?.items ?? []).filter(
    ({ id, archivedAt }) =>
      !archivedAt && !sources.some(({ bankAccountId }) => bankAccountId === id),
  );
  const isFetching = sources.some(({ last }) => last?.state === "stored");
  useEffect(() => {
    if (!isFetching || isLoading) return undefined;
    const timer = setTimeout(again, LOOK_AGAIN_MS);
    return () => clearTimeout(timer);
  }, [isFetching, isLoading]);
  const onClose = () => choose(null);
  const onDone = () => {
    onClose();
    again();
  };
  const actions = (
    <>
      <a class="button" href="/bank">
        Entries
      </a>
      {may("book") && free.length > 0 && (
        <button type="button" class="button primary" onClick={() => connect(true)}>
          <Icon name="plus" />
          Connect an account
        </button>
      )}
    </>
  );
  const common = chosen === null ? null : { source: chosen.source, onClose, onDone };
  return (
    <View title="Bank sources" actions={actions}>
      <Waiting
        problem={problem ?? accounts.problem}
        isLoading={(isLoading && !answer) || (accounts.isLoading && !accounts.answer)}
        onAgain={() => {
          again();
          accounts.again();
        }}
      />
      {answer && accounts.answer && sources.length === 0 && <None hasAccount={names.size > 0} />}
      {sources.length > 0 && (
        <ul class="lines is-wrapped" aria-label="Sources">
          {sources.map((each) => (
            <Line
              key={each.id}
              source={each}
              name={names.get(each.bankAccountId) ?? "Bank account"}
              choose={choose}
              onChange={again}
            />
          ))}
        </ul>
      )}
      {connecting && (
        <Connect
          accounts={free}
          onClose={() => connect(false)}
          onMade={(source: BankSource) => {
            connect(false);
            again();
            if (source.kind !== "address") choose({ source, act: "bank" });
          }}
        />
      )}
      {common && chosen?.act === "bank" && <BankChoices {...common} />}
      {common && chosen?.act === "account" && <AccountChoice {...common} />}
      {common && chosen?.act === "access" && <ChangeAccess {...common} />}
      {common && chosen?.act === "end" && (
        <End {...common} name={names.get(chosen.source.bankAccountId) ?? t`the bank account`} />
      )}
    </View>
  );
}

function None({ hasAccount }: { hasAccount: boolean }) {
  return (
    <Empty icon="bank" title="Nothing is fetched by itself yet">
      <p>
        {hasAccount
          ? t`Connect a bank account, and its entries come each day: by Enable Banking, or from an address.`
          : t`Create the bank account first: then it can be connected.`}
      </p>
      {!hasAccount && (
        <a class="button" href="/bank">
          Bank accounts
        </a>
      )}
    </Empty>
  );
}

function Line({
  source,
  name,
  choose,
  onChange,
}: {
  source: BankSource;
  name: string;
  choose: (chosen: { source: BankSource; act: Act }) => void;
  onChange: () => void;
}) {
  const { id, kind, bank, country, state, why, validUntil, nextAt, last } = source;
  const [isBusy, whileBusy] = useBusy();
  const { label, status } = standingOf(source, Date.now());
  const isProvider = kind !== "address";
  const isFetching = last?.state === "stored";
  const left = daysLeft(source, Date.now());
  const endsSoon = left !== null && left <= 14;
  const soon = endsSoon ? ` (${counted(left, "day")})` : "";
  const act = async (doIt: () => Promise<void>) => {
    return whileBusy(async () => {
      await doIt().catch(report);
    });
  };
  const fetchNow = async () => {
    await post("/api/bank/sources/{bank_source_id}/fetches", null, {
      path: { bank_source_id: id },
    });
    onChange();
  };
  const isConsentFirst = isProvider && (state === "new" || state === "stopped") && bank !== "";
  const button = (what: Act, says: string, look = "button small") => (
    <button
      type="button"
      class={look}
      disabled={isBusy}
      aria-label={t`${says} of ${name}`}
      onClick={() => choose({ source, act: what })}
    >
      {says}…
    </button>
  );
  return (
    <li class="line source-line">
      <div class="line-text">
        <span class="line-title">
          {name}{" "}
          <span class="pill" data-status={status}>
            {label}
          </span>
        </span>
        <div class="line-note source-notes">
          <p>
            {[
              isProvider ? bank && `${bank}${country ? `, ${country}` : ""}` : bank,
              PROVIDERS[kind],
              validUntil &&
                state === "connected" &&
                t`consent until ${date(validUntil.slice(0, 10))}${soon}`,
            ]
              .filter(Boolean)
              .join(" · ")}
          </p>
          {why && <p class="bad">{why}</p>}
          <p role="status">
            {isFetching && (
              <>
                <Spinner />{" "}
              </>
            )}
            {fetchInWords(source)}
            {last?.state === "done" && (
              <>
                {" "}
                <Moment at={last.settledAt ?? last.createdAt} />.
              </>
            )}
            {last?.statementId && (
              <>
                {" "}
                <a href={`/bank/statements/${last.statementId}`}>Show what came</a>
              </>
            )}
            {state === "connected" &&
              !isFetching &&
              nextAt &&
              Date.parse(nextAt) > Date.now() &&
              t` Next ${moment(nextAt)}.`}
          </p>
        </div>
        {may("book") && (
          <span class="line-actions">
            {state === "choosing" &&
              button("account", t`Choose the account`, "button small primary")}
            {isConsentFirst && (
              <button
                type="button"
                class="button small primary"
                disabled={isBusy}
                aria-label={t`Agree at the bank of ${name}`}
                onClick={() => act(() => goToBank(id))}
              >
                Agree at the bank
              </button>
            )}
            {isProvider &&
              bank === "" &&
              button("bank", t`Choose the bank`, "button small primary")}
            {state === "connected" && (
              <button
                type="button"
                class="button small"
                disabled={isBusy || isFetching}
                aria-label={t`Fetch now: ${name}`}
                onClick={() => act(fetchNow)}
              >
                Fetch now
              </button>
            )}
            {isProvider && state === "connected" && (
              <button
                type="button"
                class={endsSoon ? "button small primary" : "button small"}
                disabled={isBusy}
                aria-label={t`Renew the consent of ${name}`}
                onClick={() => act(() => goToBank(id))}
              >
                Renew the consent
              </button>
            )}
            {isProvider && bank !== "" && state !== "connected" && button("bank", t`Other bank`)}
            {button("access", isProvider ? t`Credentials` : t`Address`)}
            {button("end", t`End`, "button small danger")}
          </span>
        )}
      </div>
    </li>
  );
}
