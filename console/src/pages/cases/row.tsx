/** One case of the list: what, who, where, since when, until when. */
import { serverNow_ms } from "../../api/clock";
import { Severity, shortTime, Status } from "../../design";
import { translator } from "../../i18n";
import type { Case } from "../case/case";
import { Due } from "../case/due";
import { kindName } from "../../words/kinds";
import { words } from "./words";

const t = translator(words);

/** What came while the list was looked at catches the eye once. */
const FRESH_MS = 15_000;

interface Props {
  one: Case;
  opened: boolean;
  marked: boolean;
  gone: boolean;
  onOpen: (one: Case, event: MouseEvent) => void;
  onMark: (one: Case, through: boolean) => void;
}

export function CaseRow({ one, opened, marked, gone, onOpen, onMark }: Props) {
  const look = ["case-row", opened && "opened", gone && "gone", serverNow_ms() - Date.parse(one.opened_at) < FRESH_MS && "fresh"].filter(Boolean).join(" ");
  return (
    <li class={look} data-case={one.case_id} data-status={one.status} data-severity={one.severity}>
      <label class="mark-case">
        <input type="checkbox" checked={marked} aria-label={t("mark", { case_no: one.case_no })} onClick={(event) => onMark(one, event.shiftKey)} />
      </label>
      <a href={`/console/cases/${one.case_id}`} aria-current={opened ? "true" : undefined} onClick={(event) => onOpen(one, event)}>
        <span class="first">
          <Severity severity={one.severity}><b>{kindName(one.kind)}</b></Severity>
          <span class="plate">{one.plate ?? one.subject_id ?? ""}</span>
          {one.events.length > 1 && <span class="times" title={t("events", { count: one.events.length })}>×{one.events.length}</span>}
        </span>
        <Status status={one.status} />
        <span class="second clip">
          <time dateTime={one.opened_at}>{shortTime(one.opened_at)}</time>
          <span class="mono">{one.case_no}</span>
          {one.company_name && <span class="clip">{one.company_name}</span>}
          {one.assignee_name && <span class="clip">@{one.assignee_name}</span>}
        </span>
        {gone ? <span class="muted small">{t("gone")}</span> : <Due of={one} brief />}
      </a>
    </li>
  );
}
