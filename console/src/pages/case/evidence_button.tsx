/** Takes the signed evidence of a case away; making it takes seconds, so that the button says what it does. */
import { useState } from "preact/hooks";
import { withQuery } from "../../api/client";
import { Icon, Menu } from "../../design";
import { type Language, translator } from "../../i18n";
import { takeAway } from "../../lists/download";
import { may } from "../../session/session";
import { words } from "./words";

const t = translator(words);

type Format = "zip" | "pdf";

/** The bundle that a machine can check, and the sheet that a person reads, in the language of whom it is for. */
const FILES: readonly (readonly [Format, Language])[] = [["zip", "zh"], ["zip", "en"], ["pdf", "zh"], ["pdf", "en"]];

export function EvidenceButton({ case_id, case_no, look = "quiet" }: { case_id: string; case_no: string; look?: "quiet" | "plain" }) {
  const [busy, setBusy] = useState(false);
  // A bundle holds the truck's fixes: who may not see a track may not take it either.
  if (!may("export") || !may("track")) return null;
  const take = async (format: Format, language: Language) => {
    if (busy) return;
    setBusy(true);
    await takeAway(withQuery(`/v1/cases/${encodeURIComponent(case_id)}/evidence`, { format, language }), `${case_no}.${format}`);
    setBusy(false);
  };
  const label = t(busy ? "evidence_making" : "evidence");
  return (
    <Menu label={label} class={look === "quiet" ? "button quiet" : "button"} summary={<><Icon name="download" />{label}</>}>
      {FILES.map(([format, language]) => (
        <button type="button" key={format + language} data-evidence={`${format}-${language}`} disabled={busy} onClick={() => take(format, language)}>
          {t(`evidence_${format}`)}<span class="muted">{language === "zh" ? "中文" : "English"}</span>
        </button>
      ))}
    </Menu>
  );
}
