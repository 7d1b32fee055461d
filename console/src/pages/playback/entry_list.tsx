/** What the truck did, in the order of time; a click moves the cursor there. */
import type { Signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { clockTime, duration, Empty } from "../../design";
import { translator } from "../../i18n";
import type { Entry, EntryKind } from "../../track/history";
import { kindName } from "../../words/kinds";
import { numberText } from "../case/members";
import { type Named, placeName } from "../case/names";
import { words } from "./words";

const t = translator(words);

const KINDS: readonly EntryKind[] = ["trip", "event", "stay", "wash", "gate", "gap"];

const named = (resource: Named, id: string | null) => (id === null ? "?" : placeName(resource, id));

export function entryText(entry: Entry): string {
  if (entry.trip) {
    const { site_id, dump_point_id, load_kg, weighed_kg, ending } = entry.trip;
    const mass = weighed_kg ?? load_kg;
    return [`${named("sites", site_id)} → ${named("dump-points", dump_point_id)}`, mass === null ? "" : numberText(mass, "mass"), t(ending ?? "on_way")].filter(Boolean).join(" · ");
  }
  if (entry.stay) {
    const { site_id, dump_point_id, stay_s } = entry.stay;
    return `${duration(stay_s)}${site_id ? ` · ${t("at_site", { name: placeName("sites", site_id) })}` : dump_point_id ? ` · ${t("at_dump", { name: placeName("dump-points", dump_point_id) })}` : ""}`;
  }
  if (entry.event) return kindName(entry.event.kind);
  if (entry.gap) return duration(entry.gap.gap_s);
  if (entry.passage?.site_id) return placeName("sites", entry.passage.site_id);
  if (entry.passage?.dump_point_id) return placeName("dump-points", entry.passage.dump_point_id);
  return entry.passage?.device ?? "";
}

interface Props {
  entries: readonly Entry[];
  time: Signal<number>;
  onSeek: (time_ms: number) => void;
}

export function EntryList({ entries, time, onSeek }: Props) {
  const [only, setOnly] = useState<EntryKind | null>(null);
  const list = useRef<HTMLOListElement>(null);
  const shown = entries.filter((entry) => only === null || entry.kind === only);
  const now_ms = time.value;
  const current = shown.findLastIndex((entry) => entry.from_ms <= now_ms);
  useEffect(() => {
    const row = list.current?.children[current] as HTMLElement | undefined;
    const frame = list.current?.parentElement;
    if (row && frame) frame.scrollTop = Math.min(Math.max(frame.scrollTop, row.offsetTop + row.offsetHeight - frame.clientHeight), row.offsetTop);
  }, [current, only]);
  return (
    <>
      <div class="entry-kinds" role="group" aria-label={t("what")}>
        <button type="button" aria-pressed={only === null} onClick={() => setOnly(null)}>{t("all")}</button>
        {KINDS.map((kind) => {
          const count = entries.filter((entry) => entry.kind === kind).length;
          return count > 0 && (
            <button type="button" key={kind} aria-pressed={only === kind} onClick={() => setOnly(only === kind ? null : kind)}>{t(kind)} <span class="muted">{count}</span></button>
          );
        })}
      </div>
      <div class="entry-frame">
        {shown.length === 0 && <Empty icon="path">{t("none")}</Empty>}
        <ol ref={list}>
          {shown.map((entry, at) => (
            <li key={entry.id} class={at === current ? "current" : undefined}>
              <button type="button" onClick={() => onSeek(entry.from_ms)} data-entry={entry.kind} data-from={entry.from_ms}>
                <span class={`entry-dot tone-${entry.tone} ${entry.kind}`} />
                <time>{clockTime(entry.from_ms)}</time>
                <span class="entry-kind">{t(entry.kind)}</span>
                <span class="clip grow">{entryText(entry)}</span>
              </button>
            </li>
          ))}
        </ol>
      </div>
    </>
  );
}
