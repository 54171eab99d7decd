/** The files that expenses are handed on in, or are being made. */

import { counted, fileSize, money } from "../format.ts";
import { Icon } from "../parts/icon.tsx";
import { Moment } from "../parts/values.tsx";
import { may } from "../state/session.ts";
import { formatName } from "./formats.ts";
import { t } from "../words.ts";
import type { Export } from "../api/types.d.ts";

export function ExportLine({ shown, onLink }: { shown: Export; onLink: () => void }) {
  const { id, format, fileUrl, fileName, createdAt, files } = shown;
  return (
    <li class="line export-line">
      <div class="line-text">
        <span class="line-title">{fileName}</span>
        <span class="line-note">
          {formatName(format)} · {says(shown)}
        </span>
        <span class="line-day">
          <Moment at={createdAt} />
        </span>
      </div>
      {files
        .flatMap(({ remarks }) => remarks)
        .map((remark) => (
          <p class="quiet">{remark}</p>
        ))}
      <div class="export-buttons">
        {fileUrl &&
          files.map((file) => (
            <Download key={file.number} file={file} isOne={files.length === 1} />
          ))}
        <a class="button small" href={`/exports/${id}`}>
          Contents
        </a>
        {fileUrl && may("export") && (
          <button
            type="button"
            class="button small"
            aria-label={t`Link to ${fileName}`}
            onClick={onLink}
          >
            Link …
          </button>
        )}
      </div>
    </li>
  );
}

/** What a file of a month has: the list of the bank's entries, or a batch for DATEV. */
function contentName(fileName: string) {
  if (fileName.startsWith("bank-")) return t`Bank entries`;
  if (fileName.startsWith("EXTF_bank_")) return t`Batch of the bank`;
  return fileName.startsWith("EXTF_debtors_") ? t`Debtors` : t`Invoices`;
}

/** A button that fetches a file; of several, each says its number, or what it has of a month. */
export function Download({
  file: { number, url, fileName, size, month },
  isOne,
}: {
  file: Export["files"][number];
  isOne: boolean;
}) {
  const label = isOne
    ? t`Download (${fileSize(size)})`
    : month === null
      ? t`Download file ${number} (${fileSize(size)})`
      : `${contentName(fileName)} (${fileSize(size)})`;
  return (
    <a class="button small" href={url} download={fileName} aria-label={`${label}: ${fileName}`}>
      <Icon name="download" />
      {label}
    </a>
  );
}

/** The files of one export, each with what it is and its button. */
export function Files({ files, format }: { files: Export["files"]; format: string }) {
  return files.map((file) => (
    <li class="line export-line" key={file.number}>
      <div class="line-text">
        <span class="line-title">{file.fileName}</span>
        <span class="line-note">
          {file.month === null ? formatName(format) : contentName(file.fileName)} ·{" "}
          {counted(file.count, file.month === null ? "expense" : "line")} · {fileSize(file.size)}
        </span>
      </div>
      <div class="export-buttons">
        <Download file={file} isOne />
      </div>
    </li>
  ));
}

/** @returns how far it is, or what is in it */
export function says({
  status,
  message,
  progress,
  count,
  corrections,
  afterClosing,
  asClosed,
  onlyNew,
  profile,
  totals,
  files,
  size,
}: Export): string {
  if (status === "processing") return t`${progress.done} of ${counted(progress.of, "expense")} …`;
  if (size === null) return message;
  // Files of the bank and of invoices stand beside those of the expenses.
  const isEmpty = files.every((file) => file.count === 0);
  const sums = totals.map(({ currency, total }) => money(total, currency));
  // Each correction is a line of its own, which takes its amount off the sum again.
  const lines = [
    isEmpty ? t`Nothing moved: the file is empty` : counted(count - corrections, "expense"),
    corrections > 0 && counted(corrections, "correction"),
  ];
  const whole = corrections > 0 ? sums.map((sum) => t`${sum} in all`) : sums;
  const more = [
    profile?.name,
    onlyNew && t`only what was new`,
    afterClosing > 0 && t`${afterClosing} after closing`,
    asClosed && t`as it was closed`,
  ].filter(Boolean);
  const bytes = files.reduce((sum, file) => sum + file.size, 0);
  return [...lines, ...whole, ...more, fileSize(bytes)].filter(Boolean).join(" · ");
}
