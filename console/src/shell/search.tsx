/** Search for a truck by plate or id; `/` comes here from anywhere. */
import { useLocation } from "preact-iso";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { get } from "../api/client";
import type { Schema } from "../api/schema";
import { Icon, KeyHint } from "../design";
import { translator } from "../i18n";
import { words } from "./words";

const t = translator(words);

// Typing pauses this long before the API is asked. [ms]
const PAUSE_MS = 150;
const FOUND_MOST = 8;

type Found = Schema<"Vehicle">;

export function Search() {
  const { route } = useLocation();
  const [text, setText] = useState("");
  const [found, setFound] = useState<Found[] | null>(null);
  const [chosen, choose] = useState(0);
  const field = useRef<HTMLInputElement>(null);
  // Enter that was pressed before anything was found is meant for what will be.
  const hasty = useRef(false);
  // With the letter itself: Enter must not open what was found for fewer of them.
  useLayoutEffect(() => {
    const wanted = text.trim();
    hasty.current = false;
    setFound(null);
    if (!wanted) return;
    let current = true;
    const timer = setTimeout(async () => {
      const answer = await get("/v1/vehicles", { search: wanted, limit: FOUND_MOST }).catch(() => null);
      if (!current || !answer) return;
      if (hasty.current && answer.vehicles.length > 0) return open(answer.vehicles[0]);
      setFound(answer.vehicles);
      choose(0);
    }, PAUSE_MS);
    return () => ((current = false), clearTimeout(timer));
  }, [text]);
  const open = (one: Found | undefined) => {
    if (!one) return;
    setText("");
    field.current?.blur();
    route(`/console/?truck=${encodeURIComponent(one.vehicle_id)}`);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const count = found?.length ?? 0;
    const keys: Record<string, () => void> = {
      ArrowDown: () => choose((chosen + 1) % Math.max(count, 1)),
      ArrowUp: () => choose((chosen - 1 + count) % Math.max(count, 1)),
      Enter: () => (found ? open(found[chosen]) : (hasty.current = text.trim() !== "")),
      Escape: () => (text ? setText("") : field.current?.blur()),
    };
    const act = keys[event.key];
    if (!act || event.isComposing) return;
    event.preventDefault();
    act();
  };
  return (
    <div class="search" role="search">
      <Icon name="search" />
      <input ref={field} class="input" type="text" role="combobox" aria-expanded={found !== null} aria-controls="found-trucks"
        aria-activedescendant={found?.[chosen] ? `found-${chosen}` : undefined} aria-label={t("search")} placeholder={t("search_hint")}
        maxLength={40} value={text} onInput={(event) => setText(event.currentTarget.value)} onKeyDown={onKeyDown} />
      <KeyHint keys="/" />
      {found && (
        <ul id="found-trucks" role="listbox" aria-label={t("search")}>
          {found.map((one, at) => (
            <li key={one.vehicle_id} id={`found-${at}`} role="option" aria-selected={at === chosen} onMouseDown={(event) => (event.preventDefault(), open(one))}>
              <span class="plate">{one.plate ?? one.vehicle_id}</span><span class="muted clip">{one.company_name}</span>
            </li>
          ))}
          {found.length === 0 && <li class="muted" role="option" aria-selected={false}>{t("no_truck")}</li>}
        </ul>
      )}
    </div>
  );
}
