/** The steps of a case as buttons, wherever a case is worked: the same in the inbox, on its page and on a phone. */
import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import { Button, clockTime, Icon, KeyHint, statusName, toast, toastProblem } from "../../design";
import { translator } from "../../i18n";
import type { CaseDetail, StepName, StepOrder } from "./case";
import { kindName, loadKinds, wordOf } from "../../words/kinds";
import { StepForm } from "./step_form";
import { BLANK, ordered, orderOf, STEPS, undoOf } from "./steps";
import { words } from "./words";
import { takeStep } from "./work";
import { writing } from "./keys";

const t = translator(words);

interface Props {
  detail: CaseDetail;
  onChanged: (detail: CaseDetail) => void;
  /** Listen to the keys of the steps. */
  withKeys?: boolean;
  /** A key that was pressed before the case was there. */
  early?: () => string | null;
  isCurrent?: () => boolean;
}

interface Conflict {
  order: StepOrder;
  now: CaseDetail;
}

export function Actions({ detail, onChanged, withKeys = false, early, isCurrent }: Props) {
  const [form, setForm] = useState<StepName | null>(null);
  const [conflict, setConflict] = useState<Conflict | null>(null);
  const [busy, setBusy] = useState(false);
  const steps = ordered(detail.allowed_steps);

  useEffect(() => void loadKinds().catch(toastProblem), []);
  // With the case itself, not after it is painted: a form may be opened as soon as the case is seen.
  useLayoutEffect(() => {
    setForm(null);
    setConflict(null);
  }, [detail.case_id]);

  const send = async (order: StepOrder): Promise<void> => {
    setBusy(true);
    try {
      const outcome = await takeStep(detail.case_id, order);
      // A form of another step may have been opened while this one was on its way.
      setForm((opened) => (opened === order.step ? null : opened));
      if ("moved" in outcome) {
        setConflict({ order, now: outcome.moved });
        onChanged(outcome.moved);
        return;
      }
      setConflict(null);
      onChanged(outcome.taken);
      tell(order.step, outcome.taken);
    } finally {
      setBusy(false);
    }
  };
  const tell = (step: string, taken: CaseDetail) => {
    const back = undoOf(step, taken.allowed_steps);
    const undo = back && (
      <Button look="quiet" onClick={() => void send(orderOf(back, taken.version, { ...BLANK, comment: t("undone") })).catch(toastProblem)}>{t("undo")}</Button>
    );
    toast(t("done", { step: wordOf("steps", step), case_no: taken.case_no }), "plain", undo || undefined);
  };
  const start = (step: StepName) => {
    if (!STEPS[step].atOnce) setForm(step);
    else if (!busy) void send(orderOf(step, detail.version, BLANK)).catch(toastProblem);
  };
  useLayoutEffect(() => {
    if (!withKeys) return undefined;
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || writing(event) || isCurrent?.() === false) return;
      const step = steps.find((each) => STEPS[each].key === event.key);
      if (!step) return;
      event.preventDefault();
      start(step);
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  });

  useLayoutEffect(() => {
    // Steps without a key must not answer to no key.
    const pressed = early?.();
    const step = pressed && steps.find((each) => STEPS[each].key === pressed);
    if (withKeys && step) start(step);
  }, [detail.case_id]);

  const first = steps.find((step) => STEPS[step].look === "primary");
  return (
    <div class="case-actions">
      {conflict && <ConflictNote {...conflict} onLeave={() => setConflict(null)} onContinue={(order) => void send(order).catch(toastProblem)} />}
      <div class="buttons" role="group" aria-label={t("actions")}>
        {steps.map((step) => (
          <Button
            key={step} icon={STEPS[step].icon} disabled={busy} onClick={() => start(step)} data-step={step}
            look={STEPS[step].look === "primary" && step !== first ? "plain" : STEPS[step].look}
          >
            {t(step)}
            {withKeys && STEPS[step].key && <KeyHint keys={STEPS[step].key} />}
          </Button>
        ))}
        {steps.length === 0 && <span class="muted">{t("no_actions")}</span>}
      </div>
      {form && (
        <StepForm
          step={form} onSend={send} onClose={() => setForm(null)}
          about={{ comment_required: detail.comment_required, version: detail.version, district_id: detail.district_id, title: `${detail.case_no} ${kindName(detail.kind)}` }}
        />
      )}
    </div>
  );
}

/** What the other did, and the offer to go on from there. */
function ConflictNote({ order, now, onLeave, onContinue }: Conflict & { onLeave: () => void; onContinue: (order: StepOrder) => void }) {
  const last = now.steps[now.steps.length - 1];
  const step = wordOf("steps", order.step);
  const possible = now.allowed_steps.includes(order.step);
  return (
    <div class="case-conflict" role="alert">
      <Icon name="users" large />
      <div class="grow">
        <div class="strong">{t("moved_title")}</div>
        <p>
          {last && t("moved_by", {
            who: last.by_name ?? last.by ?? t("someone"), at: clockTime(last.at), step: wordOf("steps", last.step), status: statusName(now.status),
          })}
          {last?.comment && ` “${last.comment}”`} {!possible && t("moved_closed", { step })}
        </p>
      </div>
      <Button look="quiet" onClick={onLeave}>{t("leave")}</Button>
      {possible && <Button look="primary" onClick={() => onContinue({ ...order, expected_version: now.version })}>{t("continue_step", { step })}</Button>}
    </div>
  );
}
