/**
 * The service worker (public/sw.js) behind the page: it is registered once the page is quiet, and
 * replaced when somebody says so.
 */

// It is there by then. By this line esbuild knows, and leaves what they share with it in one file.
import "../app.tsx";

import { openNewVersion } from "../state/version.ts";

const WORKER = "/sw.js";
const LOOK_MS = 60 * 60 * 1000;

let registration: ServiceWorkerRegistration | undefined;

/**
 * Have this build ready for the next start, also without a connection. Browsers offer that on
 * secure pages only.
 */
export async function install() {
  if (!navigator.serviceWorker) return;
  try {
    registration = await navigator.serviceWorker.register(trusted(WORKER), {
      updateViaCache: "none",
    });
  } catch {
    return; // storage is not allowed, as in some private windows: the page works, with a connection
  }
  const { serviceWorker } = navigator;
  const look = () => {
    // The first one takes over by itself.
    if (registration?.waiting && serviceWorker.controller) openNewVersion.value = openNew;
  };
  const follow = () => registration?.installing?.addEventListener("statechange", look);
  registration?.addEventListener("updatefound", follow);
  follow();
  look();
  setInterval(() => registration?.update().catch(() => {}), LOOK_MS); // without a connection there is nothing newer
}

/** Open the newer build. Other tabs stay as they are until they are reloaded. */
function openNew() {
  const next = registration?.waiting;
  if (!next) return location.reload(); // another tab was quicker
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), {
    once: true,
  });
  next.postMessage("activate");
}

/** The security policy lets nothing but this one address become code. */
function trusted(address: string): string {
  const { trustedTypes } = window as any;
  if (!trustedTypes) return address;
  const createScriptURL = (asked: string) => {
    if (asked !== WORKER) throw new TypeError(`${asked} is not the service worker`);
    return asked;
  };
  return trustedTypes.createPolicy("service-worker", { createScriptURL }).createScriptURL(address);
}
