/** The keys, on one sheet. */
import { Dialog, KeyHint } from "../design";
import { translator } from "../i18n";
import { words } from "./words";

const t = translator(words);

type Key = Parameters<typeof t>[0];

const SHEET: { heading: Key; keys: [string, Key][] }[] = [
  { heading: "anywhere", keys: [["/", "key_search"], ["?", "key_help"], ["Esc", "key_close"], ["D", "key_theme"]] },
  { heading: "go", keys: [["g m", "key_live"], ["g c", "key_cases"], ["g w", "key_wall"]] },
  { heading: "lists", keys: [["j", "key_next"], ["k", "key_previous"], ["Enter", "key_open"]] },
  { heading: "map", keys: [["+ −", "key_zoom"], ["← ↑ → ↓", "key_move"], ["f", "key_follow"]] },
];

export function Help({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Dialog title={t("help")} open={open} onClose={onClose}>
      <div class="help-keys">
        {SHEET.map(({ heading, keys }) => (
          <section key={heading}>
            <h3>{t(heading)}</h3>
            <ul>
              {keys.map(([key, meaning]) => (
                <li key={key}><span>{t(meaning)}</span><span class="row" style={{ gap: "4px" }}>{key.split(" ").map((one) => <KeyHint key={one} keys={one} />)}</span></li>
              ))}
            </ul>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
