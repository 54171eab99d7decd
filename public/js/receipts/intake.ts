/** The ways files come in: dropped anywhere on the page, chosen, photographed, pasted. */

import { signal } from "@preact/signals";

import { go } from "../shell/address.ts";
import { addFiles } from "../state/runs.ts";

export const CHOOSE_ID = "choose-input";
export const PHOTO_ID = "camera-input";
/** What a phone offers beside the camera. */
export const SHEET_ID = "sheet-add";

/** Whether files are being dragged over the page. */
export const isDropping = signal(false);

/** Who takes files in the place of the inbox while a view is open. */
export const taker: { current: ((files: File[]) => void) | null } = { current: null };

/** Whether what is chosen next answers what a person was asked for: the company's account paid it. */
let isAnswer = false;

/** Take the files of an input, and let the same ones be chosen again. */
export function takeChosen(event: Event) {
  const input = event.currentTarget as HTMLInputElement;
  document.getElementById(SHEET_ID)?.hidePopover();
  accept([...(input.files ?? [])], isAnswer);
  input.value = "";
}

/** Open the browser's file dialogue. */
export function chooseFiles() {
  open(CHOOSE_ID);
}

/** Open the camera, or where there is none the file dialogue. */
export function takePhoto() {
  open(PHOTO_ID);
}

/** Open the file dialogue for receipts of what the company's account paid. */
export function answerByFiles() {
  open(CHOOSE_ID, true);
}

/** Open the camera for a receipt of what the company's account paid. */
export function answerByPhoto() {
  open(PHOTO_ID, true);
}

/** @param id an input's; each click says anew what is chosen by it */
function open(id: string, answers = false) {
  isAnswer = answers;
  document.getElementById(id)?.click();
}

/**
 * The app's shortcut "Add receipt" leads here. Browsers open the camera for a tap only, so it
 * shows what there is to tap.
 */
export function offerToAdd() {
  if (!new URLSearchParams(location.search).has("add")) return;
  go("/", { replace: true });
  const sheet = document.getElementById(SHEET_ID);
  if (sheet?.parentElement?.checkVisibility()) sheet.showPopover();
  else document.getElementById("choose-button")?.focus();
}

/** Take what is dropped or pasted. */
export function listenToFiles() {
  addEventListener("paste", (event) => take([...(event.clipboardData?.files ?? [])]));
  takeDrops();
}

/** @param files dropped or pasted */
function take(files: File[]) {
  if (taker.current && files.length > 0) taker.current(files);
  else accept(files);
}

function accept(files: File[], answers = false) {
  if (files.length === 0) return;
  if (location.pathname !== "/") go("/");
  addFiles(files, answers);
}

function takeDrops() {
  // Entering a child fires before leaving its parent, so the elements under the pointer are
  // counted.
  let entered = 0;
  const show = () => {
    isDropping.value = entered > 0;
  };
  addEventListener("dragenter", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    entered += 1;
    show();
  });
  addEventListener("dragleave", (event) => {
    if (!hasFiles(event)) return;
    entered = Math.max(0, entered - 1);
    show();
  });
  addEventListener("dragover", (event) => {
    if (!hasFiles(event) || !event.dataTransfer) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
  });
  addEventListener("drop", async (event) => {
    if (!hasFiles(event) || !event.dataTransfer) return;
    event.preventDefault();
    entered = 0;
    show();
    take(await filesOf(event.dataTransfer));
  });
}

function hasFiles(event: DragEvent) {
  return event.dataTransfer?.types.includes("Files") ?? false;
}

/** @returns with those of dropped folders */
async function filesOf(transfer: DataTransfer): Promise<File[]> {
  // All must be taken before the first await: the browser empties the transfer after the event.
  const dropped = [...transfer.items].map((item) => ({
    entry: item.webkitGetAsEntry(),
    file: item.getAsFile(),
  }));
  const files = await Promise.all(
    dropped.map(({ entry, file }) => (entry?.isDirectory ? filesUnder(entry) : (file ?? []))),
  );
  return files.flat();
}

/** @returns in order of name; hidden files are left out */
async function filesUnder(entry: FileSystemEntry): Promise<File[]> {
  if (entry.name.startsWith(".")) return [];
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) =>
      (entry as FileSystemFileEntry).file(resolve, reject),
    );
    return [file];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const children: FileSystemEntry[] = [];
  for (;;) {
    // readEntries gives at most a hundred at a time, and an empty list at the end.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) break;
    children.push(...some);
  }
  children.sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
  return (await Promise.all(children.map(filesUnder))).flat();
}
