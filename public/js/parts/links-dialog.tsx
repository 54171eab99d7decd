/** Links by which somebody without a session sees one thing: made for a time, and taken back. */

import { useState } from "preact/hooks";

import { ApiError } from "../api/client.ts";
import { moment } from "../format.ts";
import { report } from "../state/report.ts";
import { useRequest } from "../state/request.ts";
import { LinkField } from "./copy-field.tsx";
import { Dialog } from "./dialog.tsx";
import { SelectField } from "./fields.tsx";
import { Moment } from "./values.tsx";
import { tellOfLostSecret } from "./lost-secret.ts";
import { t } from "../words.ts";

type Link = { id: string; status: "active" | "expired" | "revoked"; expiresAt: string };

export interface Links {
  /** the id of what they lead to */
  of: string;
  list: (signal: AbortSignal) => Promise<{ items: Link[] }>;
  /** for so many of the times in `holds`; `url` is shown this once */
  make: (time: number) => Promise<{ url: string | null }>;
  revoke: (id: string) => Promise<unknown>;
  /** how long a link may hold */
  holds: { value: string; label: string }[];
  /** which of them is chosen first */
  usual: string;
}

export function LinksDialog({
  links,
  title,
  children,
  onClose,
}: {
  links: Links;
  title: string;
  children: unknown;
  onClose: () => void;
}) {
  const [path, setPath] = useState<string | null>(null);
  const [time, setTime] = useState(links.usual);
  const [problem, setProblem] = useState<string | null>(null);
  const { answer, again } = useRequest(links.list, [links.of]);
  const make = async () => {
    setProblem(null);
    try {
      const { url } = await links.make(Number(time));
      if (url === null) tellOfLostSecret();
      setPath(url);
      again();
    } catch (error) {
      if (error instanceof ApiError) setProblem(error.fieldErrors[0]?.message ?? error.message);
      else report(error);
    }
  };
  const revoke = (id: string) =>
    links.revoke(id).then(() => {
      setPath(null);
      again();
    }, report);
  const made = answer?.items ?? [];
  const active = made.filter(({ status }) => status === "active");
  const ended = made.filter(({ status }) => status !== "active");
  const chosen = links.holds.find(({ value }) => value === time)?.label;
  return (
    <Dialog
      title={title}
      action={t`Make a link for ${chosen}`}
      problem={problem}
      onClose={onClose}
      onAction={make}
    >
      {children}
      <SelectField label="It holds for" options={links.holds} value={time} onValue={setTime} />
      {path && (
        <>
          <LinkField label="Link" path={path} />
          <p class="quiet">The link is shown this once.</p>
        </>
      )}
      {active.map(({ id, expiresAt }) => (
        <p key={id}>
          Holds until {moment(expiresAt)}.{" "}
          <button type="button" class="button small danger" onClick={() => revoke(id)}>
            Take it back
          </button>
        </p>
      ))}
      {ended.map(({ id, status, expiresAt }) => (
        <p key={id} class="quiet">
          {status === "revoked" ? (
            t`Taken back`
          ) : (
            <>
              Ended <Moment at={expiresAt} />
            </>
          )}
        </p>
      ))}
    </Dialog>
  );
}
