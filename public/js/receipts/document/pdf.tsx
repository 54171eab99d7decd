/**
 * The pages of a PDF as pictures, one at a time. The page on which a value was read comes to the
 * front with it.
 */

import { useEffect, useState } from "preact/hooks";

import { Icon } from "../../parts/icon.tsx";
import { report } from "../../state/report.ts";
import { t } from "../../words.ts";
import { boxesOf } from "./boxes.ts";
import { MOST_PAGES, PdfFile, PdfProblem } from "../pdf/file.ts";
import { placedWords } from "../pdf/placed-words.ts";
import { Photo } from "./photo.tsx";
import type { ReceiptFile, Run } from "../../api.ts";
import type { Attention } from "../../parts/attention.ts";
import type { Drawn } from "../pdf/file.ts";
import type { Word } from "./boxes.ts";

/** Pixels: sharp where it is read, and still where it is zoomed. */
const WIDTH = 1600;
/** What stands in a transcript between two pages. */
const PAGE_MARK = "\f";

export function Pdf({
  receipt,
  name,
  run,
  attention,
}: {
  receipt: ReceiptFile;
  name: string;
  run: Run | null;
  attention: Attention;
}) {
  const [file, setFile] = useState<PdfFile | null>(null);
  const [problem, setProblem] = useState("");
  const [asked, ask] = useState(1);
  const drawn = useDrawn(file, asked, setProblem);
  useEffect(() => {
    const ending = new AbortController();
    let opened: PdfFile | undefined;
    PdfFile.open(receipt.imageUrl, { signal: ending.signal }).then(
      (each) => {
        opened = each;
        setFile(each);
      },
      told(setProblem, ending.signal),
    );
    return () => {
      ending.abort();
      opened?.end();
    };
  }, [receipt.imageUrl]);
  const lines = run?.transcript?.lines ?? [];
  const field = attention.active.value;
  const line = attention.line.value ?? (field && run?.extraction?.[field]?.evidence?.line);
  const pages = Math.min(file?.pages ?? 0, MOST_PAGES);
  useEffect(() => {
    const wanted = typeof line === "number" ? pageOf(lines, line) : null;
    if (wanted !== null && wanted <= pages) ask(wanted);
  }, [line, pages]);

  if (problem) return <Unshown address={receipt.imageUrl} problem={problem} />;
  if (!drawn) {
    return (
      <div class="picture is-drawing" aria-busy="true">
        <p class="quiet" role="status">
          The PDF is being drawn …
        </p>
      </div>
    );
  }
  const turn = (by: number) => ask((at) => Math.min(pages, Math.max(1, at + by)));
  const onKey = (key: string) => {
    if (key === "PageDown") turn(1);
    else if (key === "PageUp") turn(-1);
    return key === "PageDown" || key === "PageUp";
  };
  const words =
    drawn.pieces.length > 0 ? placed(lines, drawn) : run ? boxesOf(run, drawn.page) : [];
  const description = t`Page ${drawn.page} of ${pages} of the PDF ${name}`;
  const shown = {
    address: drawn.address,
    description,
    run,
    attention,
    page: drawn.page,
    words,
    onKey,
  };
  return (
    <Photo {...shown}>
      {pages > 1 && (
        <>
          <button
            type="button"
            class="icon-button"
            aria-label="Previous page"
            title="Previous page"
            disabled={asked === 1}
            onClick={() => turn(-1)}
          >
            <Icon name="left" />
          </button>
          <span
            class="picture-page"
            aria-live="polite"
            title={
              file && file.pages > pages ? t`Only the first ${pages} pages are shown.` : undefined
            }
          >{`${drawn.page} / ${file?.pages ?? pages}`}</span>
          <button
            type="button"
            class="icon-button"
            aria-label="Next page"
            title="Next page"
            disabled={asked === pages}
            onClick={() => turn(1)}
          >
            <Icon name="right" />
          </button>
        </>
      )}
    </Photo>
  );
}

/** @returns the page, or the one before while it is being drawn */
function useDrawn(
  file: PdfFile | null,
  page: number,
  onProblem: (problem: string) => void,
): (Drawn & { page: number; address: string }) | null {
  const [drawn, setDrawn] = useState<(Drawn & { page: number; address: string }) | null>(null);
  useEffect(() => {
    if (!file) return;
    let isWanted = true;
    file.draw(page, WIDTH, { withText: true }).then(
      (each) => isWanted && setDrawn({ ...each, page, address: URL.createObjectURL(each.picture) }),
      (error) => isWanted && told(onProblem)(error),
    );
    return () => {
      isWanted = false;
    };
  }, [file, page]);
  useEffect(() => () => void (drawn && URL.revokeObjectURL(drawn.address)), [drawn]);
  return drawn;
}

function told(onProblem: (problem: string) => void, ended?: AbortSignal) {
  return (error: unknown) => {
    if (ended?.aborted) return;
    if (error instanceof PdfProblem) onProblem(error.message);
    else report(error);
  };
}

function Unshown({ address, problem }: { address: string; problem: string }) {
  return (
    <div class="picture is-pdf-link">
      <Icon name="document" />
      <p role="status">{problem}</p>
      <a class="button" href={address} download="">
        Download the PDF
      </a>
    </div>
  );
}

const known: WeakMap<Drawn, { lines: readonly string[]; words: Word[] }> = new WeakMap();

/** @param lines of the transcript */
function placed(lines: readonly string[], drawn: Drawn & { page: number }): Word[] {
  const before = known.get(drawn);
  if (before?.lines === lines) return before.words;
  const marks = [
    -1,
    ...lines.flatMap((line, index) => (line.includes(PAGE_MARK) ? [index] : [])),
    lines.length,
  ];
  const [above = -1, below = 0] = marks.slice(drawn.page - 1, drawn.page + 1);
  const words = placedWords(lines.slice(above + 1, below), above + 1, drawn.pieces);
  known.set(drawn, { lines, words });
  return words;
}

/** @returns its page, from 1 */
function pageOf(lines: readonly string[], line: number): number {
  return 1 + lines.slice(0, line).filter((each) => each.includes(PAGE_MARK)).length;
}
