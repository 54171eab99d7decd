/**
 * The service worker: it opens the app without a connection, takes what other apps share, and sends kept files when the page is
 * gone. It keeps files of the build only. Data is asked of the network alone, so no answer can reach another person.
 *
 * local/build_page.mjs fills in these three. A build with other files is another worker, which waits until somebody reloads.
 */
const VERSION = "version";
const ENTRY = "entry";
const FILES = ["files"];

const CACHE = `tillroll-${VERSION}`;
/** Pages that are not the app's. */
const OTHER_PAGES = /^\/(api|sign-in|confirm-mail)(\/|\.|$)|\.\w+$/;
/** As public/js/receipts/kept-files.ts has them. */
const TAB_LOCK = "tillroll-tab:";
const SHARED = "shared";
const SEND = "send-files";
/** As public/js/notifications/devices.tsx has it. */
const DEVICE = "device";

addEventListener("install", (event) => event.waitUntil(keepBuild()));

addEventListener("activate", (event) => {
  event.waitUntil(dropOtherBuilds().then(() => clients.claim()));
});

addEventListener("message", (event) => {
  if (event.data === "activate") skipWaiting();
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin) return;
  if (request.method === "POST" && pathname === "/share") event.respondWith(takeShared(request));
  if (request.method !== "GET") return;
  if (request.mode === "navigate" && !OTHER_PAGES.test(pathname)) event.respondWith(kept("/", request));
  else if (FILES.includes(pathname) && pathname !== "/") event.respondWith(kept(pathname, request));
});

addEventListener("sync", (event) => {
  if (event.tag === SEND) event.waitUntil(sendKept());
});

addEventListener("push", (event) => event.waitUntil(show(event.data?.json() ?? {})));

addEventListener("pushsubscriptionchange", (event) => event.waitUntil(subscribeAnew(event.newSubscription)));

addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(openPage(event.notification.data.path));
});

/** A message is a notice's sentence and page. Sent again, it takes its own place and is silent. */
async function show({ id, text, path }) {
  await registration.showNotification("Tillroll", { body: text, tag: id, data: { path }, icon: "/icons/app-192.png", badge: "/icons/app-192.png" });
}

/**
 * The push service knows this browser by another address from now on: the server is told, or messages would go nowhere.
 *
 * @throws {Error} the server is in trouble
 */
async function subscribeAnew(given) {
  const device = await ask("people", "readonly", (people) => people.get(DEVICE));
  if (!device) return;
  const session = await fetch("/api/session");
  if (session.status === 401) return; // signing out has ended it
  const listed = await fetch("/api/notices/devices");
  if (!session.ok || !listed.ok) throw new Error(`The server answered with status ${listed.status}`);
  const { publicKey } = await listed.json();
  const subscription = given ?? (await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: publicKey }));
  const { endpoint, keys } = subscription.toJSON();
  const { ok, status } = await fetch(`/api/notices/devices/${encodeURIComponent(device)}`, {
    method: "PATCH",
    headers: { "Content-Type": "application/json", "X-Account": (await session.json()).account.id },
    body: JSON.stringify({ subscription: { endpoint, keys: { p256dh: keys.p256dh, auth: keys.auth } } }),
  });
  if (status === 404) await subscription.unsubscribe(); // it was removed elsewhere
  else if (!ok) throw new Error(`The server answered with status ${status}`);
}

async function openPage(path) {
  const url = new URL(path, location.origin);
  if (url.origin !== location.origin) return;
  const [open] = await clients.matchAll({ type: "window" });
  if (!open) return clients.openWindow(url);
  await open.focus();
  await open.navigate(url);
}

async function keepBuild() {
  const cache = await caches.open(CACHE);
  await Promise.all(FILES.map((path) => keep(cache, path)));
}

/** @throws {Error} it is of another build: the browser tries again later */
async function keep(cache, path) {
  const isPage = path === "/";
  const response = await fetch(path, { cache: isPage ? "reload" : "default" });
  const isOther = isPage
    ? !(await response.clone().text()).includes(ENTRY)
    : response.headers.get("Content-Type")?.startsWith("text/html"); // the app stands in for what is not there
  if (!response.ok || response.redirected || isOther) throw new Error(`${path} is of another build`);
  await cache.put(path, response);
}

async function dropOtherBuilds() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("tillroll-") && name !== CACHE).map((name) => caches.delete(name)));
}

async function kept(path, request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(path)) ?? fetch(request);
}

/** Files that another app shares are kept like those chosen without a connection; the page that opens sends them. */
async function takeShared(request) {
  const files = (await request.formData()).getAll("files").filter((each) => each instanceof File);
  const session = await ask("people", "readonly", (people) => people.get("last"));
  const user = session?.user.id ?? ""; // whoever signs in now
  const paidBy = session?.user.paidBy ?? null; // as they said last
  for (const file of files) {
    const record = { user, tab: SHARED, at: Date.now(), file, paidBy, sentAs: crypto.randomUUID() };
    await ask("files", "readwrite", (store) => store.add(record));
  }
  return Response.redirect("/", 303);
}

/**
 * Send what tabs left that are gone. A tab that is open sends its own. The server takes the same file once.
 *
 * @throws {Error} there is no connection still, or the server is in trouble: the browser tries again later
 */
async function sendKept() {
  const answer = await fetch("/api/session");
  if (answer.status === 401) return; // the page goes on once somebody has signed in
  if (!answer.ok) throw new Error(`The server answered with status ${answer.status}`);
  const { user, account } = await answer.json();
  for (const key of await ask("files", "readonly", (files) => files.getAllKeys())) {
    const record = await ask("files", "readonly", (files) => files.get(key));
    if (record?.user !== user.id) continue;
    await navigator.locks.request(TAB_LOCK + record.tab, { ifAvailable: true }, (lock) => lock && sendOne(key, account.id));
  }
}

async function sendOne(key, accountId) {
  const record = await ask("files", "readonly", (files) => files.get(key));
  if (!record) return; // a tab was quicker
  if (!record.sentAs) {
    record.sentAs = crypto.randomUUID(); // an earlier version kept it
    await ask("files", "readwrite", (files) => files.put(record, key));
  }
  const { file, isAnswer, sentAs } = record;
  const paidBy = isAnswer ? null : record.paidBy ?? null; // what was asked for, the company paid
  const headers = {
    "Content-Type": file.type || "application/octet-stream",
    "X-File-Name": encodeURIComponent(file.name),
    "X-Account": accountId,
    "Idempotency-Key": `${sentAs}-${paidBy ?? "unsaid"}`, // as keyOfFile of public/js/api/keys.ts has it
  };
  const { ok, status } = await fetch(paidBy ? `/api/receipts?paidBy=${paidBy}` : "/api/receipts", { method: "POST", headers, body: file });
  if (ok) await ask("files", "readwrite", (files) => files.delete(key));
  else if (status >= 500 || status === 429) throw new Error(`The server answered with status ${status}`);
  // Any other refusal is shown by the page, which asks again.
}

async function ask(name, mode, act) {
  const database = await new Promise((resolve, reject) => {
    const opening = indexedDB.open("tillroll", 2);
    opening.onupgradeneeded = () => {
      const stores = opening.result.objectStoreNames;
      if (!stores.contains("files")) opening.result.createObjectStore("files", { autoIncrement: true });
      if (!stores.contains("people")) opening.result.createObjectStore("people");
    };
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
  try {
    return await new Promise((resolve, reject) => {
      const asked = act(database.transaction(name, mode).objectStore(name));
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
  } finally {
    database.close();
  }
}
