/** The open cases beside the map, gravest first, as they come. */
import { Empty, ErrorNote, Panel, relativeTime, Severity, severityName, Skeleton, statusName, useNow } from "../../design";
import { translator } from "../../i18n";
import { casesFailed, casesKnown, loadCases, openCases } from "../../live/open_cases";
import { type Case, isOverdue } from "../case/case";
import { kindName } from "../../words/kinds";
import { words } from "./words";

const t = translator(words);

// The case list has them all, in pages.
const SHOWN_MOST = 60;

export function AlertRow({ one, now, selected, onOpen }: { one: Case; now: number; selected: boolean; onOpen: (one: Case) => void }) {
  return (
    <li>
      <button type="button" class={`alert-row ${severityName(one.severity)} ${one.status === "new" ? "unseen" : ""}`} aria-current={selected ? "true" : undefined} onClick={() => onOpen(one)}>
        <span class="first"><Severity severity={one.severity}>{kindName(one.kind)}</Severity><time class="muted">{relativeTime(one.opened_at, Math.max(now, Date.parse(one.opened_at)))}</time></span>
        <span class="second">
          <span class="plate">{one.plate ?? one.subject_id}</span>
          <span class="muted clip">{one.company_name}</span>
          <span class={isOverdue(one, now) ? "late" : "muted"}>{isOverdue(one, now) ? t("overdue") : statusName(one.status)}</span>
        </span>
      </button>
    </li>
  );
}

function move(event: KeyboardEvent): void {
  const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
  if (!step) return;
  const rows = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>("button")];
  const at = rows.indexOf(document.activeElement as HTMLElement);
  rows[Math.max(0, Math.min(rows.length - 1, at + step))]?.focus();
  event.preventDefault();
}

export function AlertList({ selected, onOpen }: { selected: string | null; onOpen: (one: Case) => void }) {
  const now = useNow(10_000);
  const cases = openCases.value;
  const content = casesFailed.value ? (
    <div class="inset"><ErrorNote error={casesFailed.value} onRetry={loadCases} /></div>
  ) : !casesKnown.value ? (
    <div class="inset"><Skeleton lines={6} /></div>
  ) : cases.length === 0 ? (
    <Empty icon="check">{t("no_cases")}</Empty>
  ) : (
    <ul class="alert-rows" onKeyDown={move}>
      {cases.slice(0, SHOWN_MOST).map((one) => <AlertRow key={one.case_id} one={one} now={now} selected={one.vehicle_id !== null && one.vehicle_id === selected} onOpen={onOpen} />)}
    </ul>
  );
  return (
    <Panel floating flush class="alerts" title={<>{t("open_cases")} <span class="muted">{cases.length}</span></>} tools={<a class="button quiet" href="/console/cases">{t("all_cases")}</a>}>
      {content}
    </Panel>
  );
}
