/** Settings: the browsers that show what somebody is told, also while the page is closed. */

// It is there by then. By this line esbuild knows, and leaves what they share with it in one file.
import "../app.tsx";

import { del, get, patch, post } from "../api/client.ts";
import { ago } from "../format.ts";
import { OWN_DEVICE } from "../identity/sign-out.ts";
import { ask } from "../state/kept.ts";
import { report } from "../state/report.ts";
import { useRequest } from "../state/request.ts";
import { t } from "../words.ts";
import { notify } from "./notices.ts";
import { useBusy } from "../parts/use-busy.ts";
import type { PushDevice } from "../api/types.d.ts";

type Kind = PushDevice["kinds"][number];

const KINDS: readonly (readonly [Kind, string])[] = [
  ["approval", t`What waits for your approval`],
  ["attention", t`What needs you`],
  ["paid", t`What was paid`],
  ["ready", t`Which expenses are ready`],
];

/** What a browser shows at first. */
const AT_FIRST: readonly Kind[] = ["approval", "attention", "paid"];

/** @returns which of the person's devices this browser is */
function ownId(): string | null {
  return localStorage.getItem(OWN_DEVICE);
}

/** For the service worker, which tells the server of another subscription. */
async function tellWorker(id: string | null) {
  if (id === null) await ask("readwrite", (people) => people.delete("device"), "people");
  else await ask("readwrite", (people) => people.put(id, "device"), "people");
}

/** Show nothing any more in this browser. */
export async function forgetThisDevice() {
  const id = ownId();
  if (!id) return;
  localStorage.removeItem(OWN_DEVICE);
  await tellWorker(null);
  const registration = await navigator.serviceWorker?.getRegistration();
  await (await registration?.pushManager?.getSubscription())?.unsubscribe();
  // Where that fails it was removed elsewhere.
  await del("/api/notices/devices/{device_id}", { path: { device_id: id } }).catch(() => {});
}

/** what this browser is called */
export default function Devices({ name }: { name: string }) {
  const { answer: found, again: load } = useRequest(
    (signal) => get("/api/notices/devices", { signal }),
    [],
  );
  if (!found || (found.publicKey === null && found.items.length === 0)) return null;
  const isHere = found.items.some(({ id }) => id === ownId());
  return (
    <section class="card" aria-labelledby="devices-title">
      <h2 id="devices-title">On your devices</h2>
      <p class="quiet">
        A browser shows these also while Tillroll is closed. A message is one sentence, without
        names and amounts. It comes within a few minutes, if you have not read the notice in the app
        by then.
      </p>
      {found.items.length > 0 && (
        <ul class="lines">
          {found.items.map((device) => (
            <Device key={device.id} device={device} onChange={load} />
          ))}
        </ul>
      )}
      {!isHere && found.publicKey !== null && (
        <Offer name={name} publicKey={found.publicKey} onChange={load} />
      )}
    </section>
  );
}

function Device({ device, onChange }: { device: PushDevice; onChange: () => void }) {
  const { id, name, kinds, lastError, lastSentAt } = device;
  const isOwn = id === ownId();
  const path = { device_id: id };
  async function remove() {
    try {
      if (isOwn) await forgetThisDevice();
      else await del("/api/notices/devices/{device_id}", { path });
      onChange();
    } catch (error) {
      report(error);
    }
  }
  async function choose(kind: Kind, isShown: boolean) {
    const chosen = KINDS.map(([each]) => each).filter((each) =>
      each === kind ? isShown : kinds.includes(each),
    );
    if (chosen.length === 0) return remove();
    try {
      await patch("/api/notices/devices/{device_id}", { kinds: chosen }, { path });
    } catch (error) {
      report(error);
    }
    onChange();
  }
  const boxes = KINDS.map(([kind, label]) => (
    <label>
      <input
        type="checkbox"
        checked={kinds.includes(kind)}
        aria-label={`${name}: ${label}`}
        onChange={(event: Event) => choose(kind, (event.target as HTMLInputElement).checked)}
      />
      {` ${label} `}
    </label>
  ));
  return (
    <li class="line">
      <div class="line-text">
        <span class="line-title">{isOwn ? t`${name} (this browser)` : name}</span>
        <span class="line-note">
          {lastSentAt ? t`Last message ${ago(lastSentAt)}` : t`No message yet`}
        </span>
        {lastError && <span class="form-problem">{lastError}</span>}
        <span class="line-actions">
          {boxes}
          <button
            type="button"
            class="button small danger"
            aria-label={t`Remove ${name}`}
            onClick={remove}
          >
            Remove
          </button>
        </span>
      </div>
    </li>
  );
}

function Offer({
  name,
  publicKey,
  onChange,
}: {
  name: string;
  publicKey: string;
  onChange: () => void;
}) {
  const [isBusy, whileBusy] = useBusy();
  if (!globalThis.PushManager || !globalThis.Notification) {
    return (
      <p class="quiet">
        This browser shows no messages. On an iPhone, add Tillroll to the Home Screen first.
      </p>
    );
  }
  async function add() {
    return whileBusy(async () => {
      try {
        const subscription = await subscribe(publicKey);
        if (subscription) {
          const { id } = await post("/api/notices/devices", {
            ...subscription,
            name,
            kinds: [...AT_FIRST],
          });
          localStorage.setItem(OWN_DEVICE, id);
          await tellWorker(id);
          onChange();
        } else {
          notify(
            t`The browser did not allow it. Allow notifications for this page in its settings, then try again.`,
            { kind: "problem" },
          );
        }
      } catch (error) {
        report(error);
      }
    });
  }
  return (
    <p class="form-buttons">
      <button type="button" class="button" disabled={isBusy} onClick={add}>
        Show messages in this browser
      </button>
    </p>
  );
}

/**
 * Ask the browser, which asks the person.
 *
 * @param publicKey base64url
 * @returns null where it is not allowed
 */
async function subscribe(
  publicKey: string,
): Promise<{ endpoint: string; keys: { p256dh: string; auth: string } } | null> {
  const registration = await navigator.serviceWorker?.getRegistration();
  if (!registration || (await Notification.requestPermission()) !== "granted") return null;
  // One of an earlier key of the deployment could not be used.
  await (await registration.pushManager.getSubscription())?.unsubscribe();
  const options = { userVisibleOnly: true, applicationServerKey: publicKey };
  const subscription = await registration.pushManager.subscribe(options).catch(() => null);
  const { endpoint, keys } = subscription?.toJSON() ?? {};
  return endpoint && keys?.p256dh && keys.auth
    ? { endpoint, keys: { p256dh: keys.p256dh, auth: keys.auth } }
    : null;
}
