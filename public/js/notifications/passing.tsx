/**
 * Draws what the page tells in passing: one notice at a time, for which bars and the end of the
 * page make room.
 */

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

import { announced, dismiss, leaveProblems, notices } from "./notices.ts";
import { Icon } from "../parts/icon.tsx";
import { address } from "../shell/address.ts";
import type { Notice } from "./notices.ts";

/** Above and below it. */
const ROOM_PX = 16;
// A finger that taps where a notice appears does not leave it again.
const canHover = matchMedia("(hover: hover)");
const SYMBOLS = { info: "info", success: "check", problem: "alert" };

export function Passing() {
  const place = useRef<HTMLDivElement | null>(null);
  const shown = notices.value.at(-1);
  const { pathname } = address.value;
  useEffect(leaveProblems, [pathname]);
  useLayoutEffect(() => {
    const { style } = document.documentElement;
    if (shown && place.current)
      style.setProperty("--notice-height", `${place.current.offsetHeight + ROOM_PX}px`);
    else style.removeProperty("--notice-height");
  }, [shown]);
  return (
    <>
      <div class="notices" id="notices" role="status" aria-live="polite" ref={place}>
        {shown && <One key={shown.key} notice={shown} />}
      </div>
      <div class="visually-hidden" id="announcer" aria-live="polite">
        {announced.value}
      </div>
    </>
  );
}

function One({ notice: { key, text, kind, action, patience: whole } }: { notice: Notice }) {
  const [isHeld, setHeld] = useState(false);
  const [patience, setPatience] = useState(whole);
  useEffect(() => {
    if (kind === "problem" || isHeld) return;
    const timer = setTimeout(() => dismiss(key), patience);
    return () => clearTimeout(timer);
  }, [isHeld, patience, kind]);
  const release = () => {
    setPatience(whole / 2);
    setHeld(false);
  };
  const act = () => {
    dismiss(key);
    action?.onAction();
  };
  return (
    <div
      class="notice"
      data-kind={kind}
      onPointerEnter={() => setHeld(canHover.matches)}
      onPointerLeave={release}
      onFocusIn={() => setHeld(true)}
      onFocusOut={release}
    >
      <Icon name={SYMBOLS[kind]} />
      <p>{text}</p>
      {action && (
        <button type="button" class="button small" onClick={act}>
          {action.label}
        </button>
      )}
      <button type="button" class="icon-button" aria-label="Dismiss" onClick={() => dismiss(key)}>
        <Icon name="close" />
      </button>
    </div>
  );
}
