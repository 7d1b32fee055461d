/** Who is on duty where: now, and by the week, to be planned. */
import { useMemo, useState } from "preact/hooks";
import { get, put } from "../../api/client";
import { DAY_MS, shown, stamp } from "../../charts/time";
import { Button, Empty, ErrorNote, Field, IconButton, Select, Skeleton, toast, toastProblem } from "../../design";
import { translator } from "../../i18n";
import { PageFrame } from "../../lists/list_page";
import { useAnswer } from "../../lists/paged";
import { user } from "../../session/session";
import { ordered, type Shift, type Span, spanOf, weekStart } from "./roster";
import { ShiftForm, type Worker } from "./shift_form";
import { WeekGrid } from "./week_grid";
import { words } from "./words";
import "./duty.css";

const t = translator(words);

const HOUR_MS = 3_600_000;
const WEEK_MS = 7 * DAY_MS;
/** The longest shift there may be: what reaches into a week began no earlier. [ms] */
const LONGEST_MS = 32 * DAY_MS;
/** Around a change so much is read anew: shifts that follow without end would else be cut. [ms] */
const AROUND_MS = 3 * LONGEST_MS;

interface District {
  district_id: string;
  name?: string | null;
}

const range = (from_ms: number, to_ms: number) => `${stamp(from_ms)}/${stamp(to_ms)}`;
const readShifts = (district_id: string, from_ms: number, to_ms: number) =>
  get<{ shifts: Shift[] }>("/v1/duty-roster", { district_id, datetime: range(from_ms, to_ms) }).then(({ shifts }) => shifts);

/** Change the plan as it stands now, which may have been changed meanwhile. */
async function plan(district_id: string, gone: Span[], come: Span[]): Promise<void> {
  const times = [...gone, ...come].flatMap((one) => [one.start_ms, one.end_ms]);
  const known = await readShifts(district_id, Math.min(...times) - AROUND_MS, Math.max(...times) + AROUND_MS);
  await put(`/v1/duty-roster/${encodeURIComponent(district_id)}`, ordered(known.map(spanOf), gone, come));
}

/** Districts that the user may plan: its own, where it has some. */
function useDistricts(): { districts: District[] | null; error: unknown } {
  const { answer, error } = useAnswer<{ districts: District[] }>("/v1/districts", { limit: 1000 });
  const own = user.value?.role === "district" ? user.value.district_ids : null;
  return { districts: answer && answer.districts.filter((one) => !own || own.includes(one.district_id)), error };
}

function OnDuty({ districts, selected, asked, onSelect }: { districts: District[]; selected: string; asked: number; onSelect: (id: string) => void }) {
  const at = useMemo(() => Date.now(), [asked]);
  const { answer } = useAnswer<{ shifts: Shift[] }>("/v1/duty-roster", { datetime: range(at, at + 1000) });
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
                  <span class="row between" key={one.assignee}><span class="strong clip">{one.assignee_name}</span><span class="muted">{t("until", { time: shown(one.end, "short").slice(5) })}</span></span>
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
  const [editing, edit] = useState<{ given: Span; planned: boolean } | null>(null);
  const [changed, note] = useState(0);
  const { answer, error, reload } = useAnswer<{ shifts: Shift[] }>("/v1/duty-roster", { district_id, datetime: range(week_ms, week_ms + WEEK_MS) });
  const { answer: people } = useAnswer<{ workers: Worker[] }>("/v1/case-workers", { district_id });
  const done = () => (reload(), note((count) => count + 1), edit(null));
  const change = (gone: Span[], come: Span[]) => plan(district_id, gone, come).then(done, toastProblem);
  const copy = async () => {
    const before = (await readShifts(district_id, week_ms - WEEK_MS, week_ms)).map(spanOf).filter((one) => one.start_ms >= week_ms - WEEK_MS);
    const there = (answer?.shifts ?? []).map(spanOf);
    const moved = before.map((one) => ({ ...one, start_ms: one.start_ms + WEEK_MS, end_ms: one.end_ms + WEEK_MS }));
    // Who is planned for that time already stays as planned.
    const come = moved.filter((one) => !there.some((other) => other.assignee === one.assignee && other.start_ms < one.end_ms && other.end_ms > one.start_ms));
    if (come.length === 0) return toast(t("nothing_to_copy"));
    await change([], come);
    return toast(t("copied", { count: come.length }));
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
            onOpen={(one) => edit({ given: spanOf(one), planned: true })}
            onAdd={(day_ms) => edit({ given: { assignee: "", start_ms: day_ms + 8 * HOUR_MS, end_ms: day_ms + 20 * HOUR_MS }, planned: false })} />
        )}
      </div>
      {editing && (
        <ShiftForm {...editing} workers={people?.workers ?? []} onClose={() => edit(null)} onRemove={() => void change([editing.given], [])}
          onSave={(span) => void change(editing.planned ? [editing.given] : [], [span])} />
      )}
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
