/** Surfaces that hold other things: panels, dialogs, drawers, tabs, menus. */
import type { ComponentChildren, RefObject } from "preact";
import { useEffect, useId, useLayoutEffect, useRef } from "preact/hooks";
import { translator } from "../i18n";
import { IconButton } from "./buttons";
import { words } from "./words";

const t = translator(words);

interface PanelProps {
  title?: ComponentChildren;
  /** Stands at the end of the title's line. */
  tools?: ComponentChildren;
  footer?: ComponentChildren;
  floating?: boolean;
  /** The content brings its own padding. */
  flush?: boolean;
  class?: string;
  /** Read aloud where there is no title. */
  label?: string;
  children: ComponentChildren;
}

export function Panel({ title, tools, footer, floating = false, flush = false, class: more = "", label, children }: PanelProps) {
  const name = useId();
  return (
    <section class={`panel ${floating ? "floating" : ""} ${more}`} aria-label={label} aria-labelledby={title ? name : undefined}>
      {title && (
        <header>
          <h2 id={name} class="grow clip">{title}</h2>
          {tools}
        </header>
      )}
      <div class={flush ? "body flush" : "body"}>{children}</div>
      {footer && <footer>{footer}</footer>}
    </section>
  );
}

interface DialogProps {
  title: string;
  open: boolean;
  onClose: () => void;
  /** Makes the dialog a form; its footer then holds a submitting button. */
  onSubmit?: () => void;
  footer?: ComponentChildren;
  wide?: boolean;
  children: ComponentChildren;
}

/** A native modal dialog: focus stays inside, Escape closes. */
export function Dialog(props: DialogProps) {
  return <Modal {...props} look={props.wide ? "dialog wide" : "dialog"} />;
}

/** The same at the right edge, for details beside a list. */
export function Drawer(props: DialogProps) {
  return <Modal {...props} look="drawer" />;
}

/**
 * Open a dialog over the page while it is to be, and give the keys back to what had them.
 *
 * Before it is painted: keys that are pressed on what is seen are the dialog's, not the page's behind it. One that is
 * taken from the page while it is open does not give the focus back by itself.
 */
export function useModal(element: RefObject<HTMLDialogElement | null>, open: boolean): void {
  useLayoutEffect(() => {
    if (!open) return undefined;
    const before = document.activeElement as HTMLElement | null;
    if (!element.current?.open) element.current?.showModal();
    return () => queueMicrotask(() => {
      const nobody = document.activeElement === null || document.activeElement === document.body;
      if (nobody && before?.isConnected) before.focus();
    });
  }, [open]);
}

function Modal({ title, open, onClose, onSubmit, footer, children, look }: DialogProps & { look: string }) {
  const element = useRef<HTMLDialogElement>(null);
  const name = useId();
  // What was written in a form must not be lost to a click that missed it.
  const written = useRef(false);
  useModal(element, open);
  if (!open) return null;
  const inside = (
    <>
      <header>
        <h2 id={name}>{title}</h2>
        <IconButton icon="close" label={t("close")} onClick={onClose} />
      </header>
      <div class="body">{children}</div>
      {footer && <footer>{footer}</footer>}
    </>
  );
  const submit = (event: Event) => {
    event.preventDefault();
    onSubmit?.();
  };
  const closeOutside = (event: MouseEvent) => event.target === element.current && !(onSubmit && written.current) && onClose();
  return (
    <dialog ref={element} class={look} aria-labelledby={name} onClose={onClose} onMouseDown={closeOutside} onInput={() => (written.current = true)}>
      {onSubmit ? <form onSubmit={submit} noValidate>{inside}</form> : <div class="inside">{inside}</div>}
    </dialog>
  );
}

export interface Tab {
  id: string;
  label: ComponentChildren;
}

/** A row of tabs; the page shows what belongs to `selected`. */
export function Tabs({ tabs, selected, onSelect, label }: { tabs: Tab[]; selected: string; onSelect: (id: string) => void; label: string }) {
  const move = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const at = tabs.findIndex((tab) => tab.id === selected);
    const to = tabs[(at + step + tabs.length) % tabs.length];
    if (to) onSelect(to.id);
    const row = event.currentTarget as HTMLElement;
    requestAnimationFrame(() => row.querySelector<HTMLElement>('[aria-selected="true"]')?.focus());
  };
  return (
    <div class="tabs" role="tablist" aria-label={label} onKeyDown={move}>
      {tabs.map((tab) => (
        <button type="button" role="tab" key={tab.id} aria-selected={tab.id === selected} tabIndex={tab.id === selected ? 0 : -1}
          onClick={() => onSelect(tab.id)}>
          {tab.label}
        </button>
      ))}
    </div>
  );
}

interface MenuProps {
  summary: ComponentChildren;
  /** Read aloud where the summary is an icon. */
  label: string;
  /** Where it opens: below at the end, unless told otherwise. */
  place?: "up" | "start" | "up start" | "";
  class?: string;
  children: ComponentChildren;
}

/** A native disclosure that closes by itself after a choice, on Escape and on a click elsewhere. */
export function Menu({ summary, label, place = "", class: look = "button quiet", children }: MenuProps) {
  const element = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const close = (event: Event) => {
      const menu = element.current;
      if (menu?.open && !menu.contains(event.target as Node)) menu.open = false;
    };
    addEventListener("pointerdown", close);
    return () => removeEventListener("pointerdown", close);
  }, []);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || !element.current?.open) return;
    event.stopPropagation();
    element.current.open = false;
    element.current.querySelector("summary")?.focus();
  };
  const closeAfterChoice = (event: MouseEvent) => {
    if ((event.target as Element).closest("button, a") && element.current) element.current.open = false;
  };
  return (
    <details class={`menu ${place}`} ref={element} onKeyDown={onKeyDown}>
      <summary class={look} aria-label={label} title={label}>{summary}</summary>
      <div class="items" onClick={closeAfterChoice}>{children}</div>
    </details>
  );
}
