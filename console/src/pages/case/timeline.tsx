/** What was done about a case: who, when, with which words. */
import { fullTime, Icon, type IconName, isIcon, statusName } from "../../design";
import { translator } from "../../i18n";
import type { CaseStep, StepName } from "./case";
import { reasonName, wordOf } from "./kinds";
import { Photos } from "./photos";
import { STEPS } from "./steps";
import { words } from "./words";

const t = translator(words);

/** What the platform does by itself is done in the name of the records. */
const BY_RECORDS = "records";

const OWN: Record<string, IconName> = { open: "alert", event: "alert", withdrawn: "close" };

function iconOf(step: string): IconName {
  const found = STEPS[step as StepName]?.icon ?? OWN[step] ?? "clock";
  return isIcon(found) ? found : "clock";
}

export function Timeline({ steps }: { steps: readonly CaseStep[] }) {
  return (
    <ol class="timeline">
      {steps.toReversed().map((step) => (
        <li key={step.step_no} data-step={step.step} data-step-no={step.step_no}>
          <span class="knot"><Icon name={iconOf(step.step)} /></span>
          <div class="grow">
            <div class="row between">
              <span><b>{wordOf("steps", step.step)}</b>{step.from_status !== step.to_status && <span class="muted"> → {statusName(step.to_status)}</span>}</span>
              <time class="muted" dateTime={step.at}>{fullTime(step.at)}</time>
            </div>
            <div class="muted">{step.by === BY_RECORDS ? t("by_system") : (step.by_name ?? step.by)}<Detail detail={step.detail ?? {}} /></div>
            {step.comment && <p class="said">{step.comment}</p>}
            {step.photos.length > 0 && <Photos photos={step.photos} />}
          </div>
        </li>
      ))}
    </ol>
  );
}

function Detail({ detail }: { detail: Record<string, unknown> }) {
  const said: string[] = [];
  if (typeof detail.reason === "string") said.push(`${t("reason")}：${reasonName(detail.reason)}`);
  if (typeof detail.assignee === "string") said.push(t("sent_to", { who: detail.assignee }));
  if (typeof detail.due_at === "string") said.push(t("new_due", { at: fullTime(detail.due_at) }));
  if (typeof detail.satisfaction === "number") said.push(t("stars", { count: detail.satisfaction }));
  return <>{said.map((text) => ` · ${text}`)}</>;
}
