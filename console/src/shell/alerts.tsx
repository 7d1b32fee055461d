/** What reaches a user on every page: a toast, and a sound if wanted, for each new critical case. */
import { useEffect } from "preact/hooks";
import { shortTime, toast } from "../design";
import { translator } from "../i18n";
import { followOpenCases, onArrival } from "../live/open_cases";
import { chime } from "../live/sound";
import { kindName } from "../words/kinds";
import type { Case } from "../pages/case/case";
import { words } from "./words";

const t = translator(words);

export const CRITICAL = 3;

function announce(one: Case): void {
  if (one.severity < CRITICAL || !one.paged) return;
  chime();
  const text = (
    <>
      <span class="strong">{kindName(one.kind)}</span>
      <p>{one.plate ?? one.subject_id} · {shortTime(one.opened_at)}</p>
    </>
  );
  toast(text, "critical", <a class="button quiet" href={`/console/cases/${one.case_id}`}>{t("open_case")}</a>);
}

/** Follows the cases for as long as somebody is logged in; shows nothing itself. */
export function Alerts() {
  useEffect(() => followOpenCases(), []);
  useEffect(() => onArrival(announce), []);
  return null;
}
