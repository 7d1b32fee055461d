/** What stands beside the list while no case is open: how much there is to do, and what to begin with. */
import { Empty, figure, KeyHint, Panel, Severity } from "../../design";
import { translator } from "../../i18n";
import { casesKnown, openCases } from "../../live/open_cases";
import { FigureOf, Figures } from "../../lists/list_page";
import { may } from "../../session/session";
import { kindName } from "../../words/kinds";
import { Due, now } from "../case/due";
import { isOverdue } from "../case/case";
import { mostUrgent } from "./list";
import { words } from "./words";

const t = translator(words);

/** As many as are seen at once; the list has them all. */
const SHOWN_MOST = 6;
const GRAVE = 3;
const KEYS = [["j k", "key_move", "look"], ["a", "key_acknowledge", "work"], ["Enter", "key_open", "look"], ["x", "key_mark", "work"]] as const;

export function Overview({ onOpen }: { onOpen: (case_id: string) => void }) {
  const cases = openCases.value;
  const at_ms = now.value;
  const late = cases.filter((one) => isOverdue(one, at_ms)).length;
  const fresh = cases.filter((one) => one.status === "new").length;
  const grave = cases.filter((one) => one.severity >= GRAVE).length;
  const urgent = mostUrgent(cases, at_ms).slice(0, SHOWN_MOST);
  const hint = <p class="hint">{KEYS.filter(([, , permission]) => may(permission)).map(([keys, name]) => <span key={name}>{keys.split(" ").map((key) => <KeyHint key={key} keys={key} />)}{t(name)}</span>)}</p>;
  return (
    <section class="preview nothing" aria-label={t("preview")}>
      {casesKnown.value && (
        <div class="overview">
          {cases.length === 0 ? <Empty icon="check"><p class="strong">{t("none_open")}</p></Empty> : (
            <>
              <Figures>
                <FigureOf label={t("open")}>{figure(cases.length)}</FigureOf>
                <FigureOf label={t("new")}>{figure(fresh)}</FigureOf>
                <FigureOf label={t("overdue")} tone={late ? "critical" : ""}>{figure(late)}</FigureOf>
                <FigureOf label={t("grave")}>{figure(grave)}</FigureOf>
              </Figures>
              <Panel title={t("begin_with")} flush class="urgent">
                <ul>
                  {urgent.map((one) => (
                    <li key={one.case_id}>
                      <a href={`/console/cases/${one.case_id}`} onClick={(event) => {
                        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
                        event.preventDefault();
                        event.stopPropagation(); // the router takes every click on a link that reaches the window
                        onOpen(one.case_id);
                      }}>
                        <Severity severity={one.severity}>{kindName(one.kind)}</Severity>
                        <span class="plate">{one.plate ?? one.subject_id ?? ""}</span>
                        <span class="muted clip">{one.company_name}</span>
                        <Due of={one} brief />
                      </a>
                    </li>
                  ))}
                </ul>
              </Panel>
            </>
          )}
          {hint}
        </div>
      )}
    </section>
  );
}
