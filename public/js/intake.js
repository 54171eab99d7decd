// @ts-check
/** The ways files come in: dropped anywhere on the page, chosen, photographed, pasted. */

import { byId } from "./dom.js";

/**
 * @param {(files: File[]) => void} onFiles
 */
export function takeFiles(onFiles) {
  const accept = (/** @type {File[]} */ files) => {
    if (files.length > 0) onFiles(files);
  };
  for (const id of ["choose-input", "camera-input"]) {
    const input = byId(id, HTMLInputElement);
    input.addEventListener("change", () => {
      accept([...(input.files ?? [])]);
      input.value = ""; // so that the same file can be chosen again
    });
  }
  addEventListener("paste", (event) => accept([...(event.clipboardData?.files ?? [])]));
  takeDrops(accept);
}

/** Open the browser's file dialog. */
export function chooseFiles() {
  byId("choose-input", HTMLInputElement).click();
}

/** @param {(files: File[]) => void} accept */
function takeDrops(accept) {
  const overlay = byId("drop-overlay", HTMLElement);
  // Entering a child fires before leaving its parent, so the elements under the pointer are counted.
  let entered = 0;
  const show = () => overlay.toggleAttribute("hidden", entered === 0);
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
    accept(await filesOf(event.dataTransfer));
  });
}

/** @param {DragEvent} event */
function hasFiles(event) {
  return event.dataTransfer?.types.includes("Files") ?? false;
}

/**
 * @param {DataTransfer} transfer
 * @returns {Promise<File[]>} with those of dropped folders
 */
async function filesOf(transfer) {
  // All must be taken before the first await: the browser empties the transfer after the event.
  const dropped = [...transfer.items].map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }));
  const files = await Promise.all(
    dropped.map(({ entry, file }) => (entry?.isDirectory ? filesUnder(entry) : (file ?? []))),
  );
  return files.flat();
}

/**
 * @param {FileSystemEntry} entry
 * @returns {Promise<File[]>} in order of name; hidden files are left out
 */
async function filesUnder(entry) {
  if (entry.name.startsWith(".")) return [];
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) =>
      /** @type {FileSystemFileEntry} */ (entry).file(resolve, reject),
    );
    return [file];
  }
  const reader = /** @type {FileSystemDirectoryEntry} */ (entry).createReader();
  /** @type {FileSystemEntry[]} */
  const children = [];
  for (;;) {
    // readEntries gives at most a hundred at a time, and an empty list at the end.
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) break;
    children.push(...some);
  }
  children.sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
  return (await Promise.all(children.map(filesUnder))).flat();
}
