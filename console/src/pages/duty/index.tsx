/** Who is on duty where: now, and by the week, to be planned. */
import { useMemo, useState } from "preact/hooks";
import type { Schema } from "../../api/schema";
import { DAY_MS, dayStart, shown } from "../../charts/time";
import { Button, Empty, ErrorNote, Field, IconButton, Select, Skeleton, toast, toastProblem } from "../../design";
import { translator } from "../../i18n";
import { PageFrame } from "../../lists/list_page";
import { useAnswer } from "../../lists/paged";
import { user } from "../../session/session";
import { OutrunDialog } from "./outrun_dialog";
import { change as changePlan, type Outrun, range, readAround, readPlan } from "./plan";
import { type Span, spanOf, weekStart } from "./roster";
import { ShiftForm } from "./shift_form";
import { WeekGrid } from "./week_grid";
import { words } from "./words";
import "./duty.css";

const t = translator(words);

const HOUR_MS = 3_600_000;
const WEEK_MS = 7 * DAY_MS;

type District = Schema<"DistrictsItem">;

interface Editing {
  given: Span;
  planned: boolean;
  /** The plan around it, as it was when the officer began. */
  seen: Span[];
}

/** Districts that the user may plan: its own, where it has some. */
function useDistricts(): { districts: District[] | null; error: unknown } {
  const { answer, error } = useAnswer("/v1/districts", { limit: 1000 });
  const own = user.value?.role === "district" ? user.value.district_ids : null;
  return { districts: answer && answer.districts.filter((one) => !own || own.includes(one.district_id)), error };
}

function OnDuty({ districts, selected, asked, onSelect }: { districts: District[]; selected: string; asked: number; onSelect: (id: string) => void }) {
  const at = useMemo(() => Date.now(), [asked]);
  const { answer } = useAnswer("/v1/duty-roster", { datetime: range(at, at + 1000) });
  return (
    <section aria-label={t("now")}>
      <h2 class="duty-title">{t("now")}</h2>
      <ul class="on-duty">
        {districts.map(({ district_id, name }) => {
          const here = (answer?.shifts ?? []).filter((one) => one.district_id === district_id && one.on_duty_now);
          return (
            <li key={district_id}>
              <button type="button" aria-pressed={district_id === selected} onClick={() => onSelect(district_id)}>
                <span class="muted clip">{name ?? district_id}</span>
                {here.length === 0 ? <span class="nobody">{t("nobody")}</span> : here.slice(0, 3).map((one) => (
                  <span class="row between" key={one.assignee}><span class="strong clip">{one.assignee_name}</span><span class="muted">{t("until", { time: shown(one.end, "short").slice(dayStart(Date.parse(one.end)) === dayStart(at) ? 6 : 0) })}</span></span>
                ))}
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Week({ district, districts, onSelect }: { district: District; districts: District[]; onSelect: (id: string) => void }) {
  const now_ms = Date.now();
  const { district_id } = district;
  const [week_ms, turn] = useState(() => weekStart(now_ms));
  const [editing, edit] = useState<Editing | null>(null);
  const [outrun, tellOutrun] = useState<Outrun | null>(null);
  const [changed, note] = useState(0);
  const { answer, error, reload } = useAnswer("/v1/duty-roster", { district_id, datetime: range(week_ms, week_ms + WEEK_MS) });
  const { answer: people } = useAnswer("/v1/case-workers", { district_id });
  const done = (found: Outrun | null) => (reload(), note((count) => count + 1), edit(null), tellOutrun(found), found === null);
  const change = (seen: readonly Span[], gone: Span[], come: Span[]) => changePlan(district_id, seen, gone, come).then(done, (error: unknown) => (toastProblem(error), false));
  /** What is planned around a shift is kept as the officer saw it: whatever comes meanwhile is told, not overwritten. */
  const begin = (given: Span, planned: boolean) => void readAround(district_id, [given]).then((shifts) => edit({ given, planned, seen: shifts.map(spanOf) }), toastProblem);
  const copy = async () => {
    const before = (await readPlan(district_id, week_ms - WEEK_MS, week_ms)).shifts.map(spanOf).filter((one) => one.start_ms >= week_ms - WEEK_MS);
    const there = (answer?.shifts ?? []).map(spanOf);
    const moved = before.map((one) => ({ ...one, start_ms: one.start_ms + WEEK_MS, end_ms: one.end_ms + WEEK_MS }));
    // Who is planned for that time already stays as planned.
    const come = moved.filter((one) => !there.some((other) => other.assignee === one.assignee && other.start_ms < one.end_ms && other.end_ms > one.start_ms));
    if (come.length === 0) return toast(t("nothing_to_copy"));
    const around = (await readAround(district_id, come)).map(spanOf);
    if (await change(around, [], come)) toast(t("copied", { count: come.length }));
    return undefined;
  };
  return (
    <div class="stack">
      <OnDuty districts={districts} selected={district_id} asked={changed} onSelect={onSelect} />
      <div class="panel week-panel">
        <header>
          <div class="narrow"><Field label={t("district")}><Select value={district_id} onValue={onSelect} choices={districts.map((one) => ({ value: one.district_id, label: one.name ?? one.district_id }))} /></Field></div>
          <span class="grow" />
          <div class="row turn">
            <IconButton icon="chevron_left" label={t("before")} onClick={() => turn(week_ms - WEEK_MS)} />
            <strong class="week-of">{t("week", { from: shown(week_ms, "day"), to: shown(week_ms + WEEK_MS - 1, "day").slice(5) })}</strong>
            <IconButton icon="chevron_right" label={t("after")} onClick={() => turn(week_ms + WEEK_MS)} />
          </div>
          <Button look="quiet" onClick={() => turn(weekStart(now_ms))}>{t("this_week")}</Button>
          <Button onClick={() => void copy().catch(toastProblem)}>{t("copy")}</Button>
        </header>
        {error ? <div class="list-note"><ErrorNote error={error} onRetry={reload} /></div> : !answer ? <div class="list-note"><Skeleton lines={6} /></div> : (
          <WeekGrid week_ms={week_ms} now_ms={now_ms} shifts={answer.shifts.filter((one) => one.district_id === district_id)} label={t("roster", { district: district.name ?? district_id })}
            onOpen={(one) => begin(spanOf(one), true)}
            onAdd={(day_ms) => begin({ assignee: "", start_ms: day_ms + 8 * HOUR_MS, end_ms: day_ms + 20 * HOUR_MS }, false)} />
        )}
      </div>
      {editing && (
        <ShiftForm {...editing} workers={people?.workers ?? []} onClose={() => edit(null)} onRemove={() => void change(editing.seen, [editing.given], [])}
          onSave={(span) => void change(editing.seen, editing.planned ? [editing.given] : [], [span])} />
      )}
      {outrun && <OutrunDialog outrun={outrun} workers={people?.workers ?? []} onClose={() => tellOutrun(null)} onChoose={(...chosen) => void change(...chosen)} />}
    </div>
  );
}

export default function Duty() {
  const { districts, error } = useDistricts();
  const [chosen, choose] = useState<string | null>(null);
  const district = districts?.find((one) => one.district_id === chosen) ?? districts?.[0];
  return (
    <PageFrame title={t("title")}>
      <div class="scroll">
        {error ? <ErrorNote error={error} /> : !districts ? <Skeleton lines={6} /> : !district ? <Empty icon="calendar">{t("no_districts")}</Empty>
          : <Week district={district} districts={districts} onSelect={choose} />}
      </div>
    </PageFrame>
  );
}
