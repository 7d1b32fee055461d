/** What was done about a case: who, when, with which words. */
import { fullTime, Icon, type IconName, isIcon, statusName } from "../../design";
import { translator } from "../../i18n";
import { colon } from "../../words/punctuation";
import type { CaseDetail, StepName } from "./case";
import { reasonName, wordOf } from "../../words/kinds";
import { Photos } from "./photos";
import { STEPS } from "./steps";
import { words } from "./words";

const t = translator(words);

/** Who has no name here: the records, in whose name the platform does something, and a citizen who stays unknown. */
const BY_NOBODY: Readonly<Record<string, "by_system" | "by_reporter">> = { records: "by_system", reporter: "by_reporter" };

const OWN: Record<string, IconName> = { open: "alert", event: "alert", withdrawn: "close" };

function iconOf(step: string): IconName {
  const found = STEPS[step as StepName]?.icon ?? OWN[step] ?? "clock";
  return isIcon(found) ? found : "clock";
}

/** Return whom a login names, as far as the case itself tells. */
function peopleOf({ steps, assignee, assignee_name }: CaseDetail): ReadonlyMap<string, string> {
  const told = [...steps.map(({ by, by_name }) => [by, by_name] as const), [assignee, assignee_name] as const];
  return new Map(told.filter((pair): pair is readonly [string, string] => pair[0] !== null && pair[1] !== null));
}

function byOf({ by, by_name }: CaseDetail["steps"][number]): string {
  const nobody = BY_NOBODY[by];
  return nobody === undefined ? (by_name ?? by) : t(nobody);
}

export function Timeline({ of }: { of: CaseDetail }) {
  const people = peopleOf(of);
  return (
    <ol class="timeline">
      {of.steps.toReversed().map((step) => (
        <li key={step.step_no} data-step={step.step} data-step-no={step.step_no}>
          <span class="knot"><Icon name={iconOf(step.step)} /></span>
          <div class="grow">
            <div class="row between">
              <span><b>{wordOf("steps", step.step)}</b>{step.from_status !== step.to_status && <span class="muted"> → {statusName(step.to_status)}</span>}</span>
              <time class="muted" dateTime={step.at}>{fullTime(step.at)}</time>
            </div>
            <div class="muted">{byOf(step)}<Detail detail={step.detail ?? {}} people={people} /></div>
            {step.comment && <p class="said">{step.comment}</p>}
            {step.photos.length > 0 && <Photos photos={step.photos} />}
          </div>
        </li>
      ))}
    </ol>
  );
}

function Detail({ detail, people }: { detail: Record<string, unknown>; people: ReadonlyMap<string, string> }) {
  const said: string[] = [];
  if (typeof detail.reason === "string") said.push(`${t("reason")}${colon()}${reasonName(detail.reason)}`);
  if (typeof detail.assignee === "string") said.push(t("sent_to", { who: people.get(detail.assignee) ?? detail.assignee }));
  if (typeof detail.due_at === "string") said.push(t("new_due", { at: fullTime(detail.due_at) }));
  if (typeof detail.satisfaction === "number") said.push(t("stars", { count: detail.satisfaction }));
  return <>{said.map((text) => ` · ${text}`)}</>;
}
