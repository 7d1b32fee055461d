/** What is shown when there is nothing, not yet something, or something went wrong; and toasts. */
import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { ApiError } from "../api/client";
import { translator } from "../i18n";
import { Button, IconButton } from "./buttons";
import { Icon, type IconName } from "./icons";
import { words } from "./words";

const t = translator(words);

export function Empty({ icon = "inbox", children }: { icon?: IconName; children?: ComponentChildren }) {
  return <div class="empty"><Icon name={icon} /><div>{children ?? t("nothing")}</div></div>;
}

/** Grey lines in the place of what is on its way. */
export function Skeleton({ lines = 3 }: { lines?: number }) {
  const widths = ["92%", "78%", "86%", "64%"];
  return (
    <div class="stack" role="status" aria-label={t("loading")}>
      {Array.from({ length: lines }, (_, at) => <span class="skeleton" key={at} style={{ width: widths[at % 4] }} />)}
    </div>
  );
}

/** The title and the detail of a problem, in words for people. */
export function problemText(error: unknown): { title: string; detail: string } {
  if (!(error instanceof ApiError)) return { title: t("failed"), detail: t("unreachable") };
  const { title, detail, title_zh: titleZh } = error.problem;
  const chosen = document.documentElement.lang === "en" ? title : ((titleZh as string | undefined) ?? title);
  return { title: chosen || t("failed"), detail: detail ?? "" };
}

/** A problem that the API answered, with a way to try again where there is one. */
export function ErrorNote({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  if (!error) return null;
  const { title, detail } = problemText(error);
  return (
    <div class="error-note" role="alert">
      <Icon name="alert" />
      <div class="grow">
        <div class="strong">{title}</div>
        {detail && <p>{detail}</p>}
      </div>
      {onRetry && <Button look="quiet" icon="refresh" onClick={onRetry}>{t("retry")}</Button>}
    </div>
  );
}

export interface ToastNote {
  id: number;
  text: ComponentChildren;
  tone: "plain" | "critical";
  action?: ComponentChildren;
}

// More would cover the map; the oldest goes first.
const TOASTS_MOST = 4;
const TOAST_MS = 8000;

let numbered = 0;
export const toasts = signal<ToastNote[]>([]);

const dismiss = (id: number) => (toasts.value = toasts.value.filter((note) => note.id !== id));

/** Say something in passing; it goes by itself. */
export function toast(text: ComponentChildren, tone: ToastNote["tone"] = "plain", action?: ComponentChildren): void {
  const id = ++numbered;
  toasts.value = [...toasts.value, { id, text, tone, action }].slice(-TOASTS_MOST);
  setTimeout(() => dismiss(id), TOAST_MS);
}

/** Say in passing that something did not work. */
export function toastProblem(error: unknown): void {
  const { title, detail } = problemText(error);
  toast(<>{title}<p>{detail}</p></>, "critical");
}

export function Toasts() {
  const element = useRef<HTMLDivElement>(null);
  // A dialog lies above all of its page: what is said meanwhile would be said behind it.
  useLayoutEffect(() => {
    const log = element.current;
    if (!log) return;
    if (document.querySelector("dialog:modal") && log.matches(":popover-open")) log.hidePopover();
    if (!log.matches(":popover-open")) log.showPopover();
  }, [toasts.value]);
  return (
    <div class="toasts" role="log" aria-live="polite" popover="manual" ref={element}>
      {toasts.value.map((note) => (
        <div class={`toast ${note.tone}`} key={note.id}>
          <div class="text">{note.text}</div>
          {note.action}
          <IconButton icon="close" label={t("close")} onClick={() => dismiss(note.id)} />
        </div>
      ))}
    </div>
  );
}
