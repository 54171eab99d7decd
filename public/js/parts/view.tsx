/**
 * The frame of a view: its heading, what it says while it loads, and what it says where there is
 * nothing.
 */

import { useEffect, useRef } from "preact/hooks";

import { wasLedHere } from "../shell/address.ts";
import { trail } from "../state/trail.ts";
import { Icon } from "./icon.tsx";
import type { ComponentChildren } from "preact";

/**
 * A view with its heading, which gets the focus when a person comes to the view by a link.
 *
 * `actions` are buttons
 * beside the heading
 */
export function View({
  title,
  actions,
  children,
}: {
  title: string;
  actions?: ComponentChildren;
  children?: ComponentChildren;
}) {
  const heading = useRef<HTMLHeadingElement | null>(null);
  useEffect(() => {
    document.title = `${title} · Tillroll`;
  }, [title]);
  useEffect(() => {
    if (wasLedHere.value) heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <section class="view">
      <div class="view-head">
        <div class="view-title">
          <Crumbs />
          <h1 ref={heading} tabindex={-1}>
            {title}
          </h1>
        </div>
        {actions && <div class="view-actions">{actions}</div>}
      </div>
      {children}
    </section>
  );
}

/** The way back up; the heading beside it is its end. */
export function Crumbs() {
  if (trail.value.length === 0) return null;
  return (
    <nav class="crumbs" aria-label="Breadcrumbs">
      <ol>
        {trail.value.map(({ path, title }) => (
          <li key={path}>
            <a href={path}>{title}</a>
          </li>
        ))}
      </ol>
    </nav>
  );
}

/** What stands in the place of something that was asked for and is not there. */
export function Waiting({
  problem,
  isLoading,
  onAgain,
}: {
  problem: string | null;
  isLoading: boolean;
  onAgain: () => void;
}) {
  if (problem) {
    return (
      <div class="form-problem view-problem" role="alert">
        <p>{problem}</p>
        <button type="button" class="button small" onClick={onAgain}>
          Try again
        </button>
      </div>
    );
  }
  return isLoading ? <p class="view-loading">Loading …</p> : null;
}

/** A list without anything in it says what will be there, and how. */
export function Empty({
  icon = "check",
  title,
  children,
}: {
  icon?: string;
  title: string;
  children?: ComponentChildren;
}) {
  return (
    <div class="empty">
      <Icon name={icon} class="empty-mark" />
      <h2>{title}</h2>
      {children}
    </div>
  );
}
