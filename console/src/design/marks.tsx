/** Small marks: badges, severities, statuses, keys. */
import type { ComponentChildren } from "preact";
import { translator } from "../i18n";
import { words } from "./words";

const t = translator(words);

export type Tone = "plain" | "critical" | "warning" | "notice" | "good" | "accent" | "outline";

export function Badge({ tone = "plain", children }: { tone?: Tone; children: ComponentChildren }) {
  return <span class={`badge ${tone}`}>{children}</span>;
}

/** 0 a fact, 1 notice, 2 warning, 3 critical. */
export const SEVERITIES = ["fact", "notice", "warning", "critical"] as const;

export const severityName = (severity: number) => SEVERITIES[Math.max(0, Math.min(3, severity))] ?? "fact";

/** How grave something is: colour, shape and word, so that no one of them has to be seen. */
export function Severity({ severity, children }: { severity: number; children?: ComponentChildren }) {
  const name = severityName(severity);
  return (
    <span class={`severity ${name}`}>
      <span class="mark" aria-hidden="true" />
      {children ?? t(name)}
    </span>
  );
}

/** In the order in which a case goes through them. */
export const CASE_STATUSES = ["new", "acknowledged", "assigned", "handled", "verified", "closed", "false_positive"] as const;

export type CaseStatus = (typeof CASE_STATUSES)[number];

export const statusName = (status: CaseStatus) => t(status);

/** Where a case stands. */
export function Status({ status }: { status: CaseStatus }) {
  return <span class={`status ${status}`}>{t(status)}</span>;
}

export function KeyHint({ keys }: { keys: string }) {
  return <kbd class="key">{keys}</kbd>;
}
