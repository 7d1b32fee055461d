/** The way of a change of the roster: what was seen, what stands now, and what is sent if they are the same. */
import { get, put } from "../../api/client";
import { DAY_MS, stamp } from "../../charts/time";
import { standing } from "../../lists/meanwhile";
import { ordered, samePlan, type Shift, type Span, spanOf, within } from "./roster";

/** The longest shift there may be: what reaches into a week began no earlier. [ms] */
const LONGEST_MS = 32 * DAY_MS;
/** Around a change so much is read: shifts that follow without end would else be cut. [ms] */
const AROUND_MS = 3 * LONGEST_MS;

/** Somebody else planned the same time meanwhile: what stands now around it. */
export interface Outrun {
  seen: Span[];
  now: Shift[];
  gone: Span[];
  come: Span[];
}

export const range = (from_ms: number, to_ms: number) => `${stamp(from_ms)}/${stamp(to_ms)}`;

export const readPlan = (district_id: string, from_ms: number, to_ms: number) =>
  get("/v1/duty-roster", { district_id, datetime: range(from_ms, to_ms) });

/** Return what is planned around a time, far enough that no chain of shifts reaches out of it. */
export const readAround = (district_id: string, spans: readonly Span[]): Promise<Shift[]> =>
  readPlan(district_id, Math.min(...spans.map((one) => one.start_ms)) - AROUND_MS, Math.max(...spans.map((one) => one.end_ms)) + AROUND_MS).then(({ shifts }) => shifts);

/** Change the plan that was seen; where another stands, nothing is changed and what stands is returned. */
export async function change(district_id: string, seen: readonly Span[], gone: Span[], come: Span[]): Promise<Outrun | null> {
  const order = ordered(seen, gone, come);
  const [from_ms, to_ms] = [Date.parse(order.start), Date.parse(order.end)];
  const { shifts, revision } = await readPlan(district_id, from_ms, to_ms);
  const outrun = async () => ({ seen: [...seen], now: await readAround(district_id, [...gone, ...come]), gone, come });
  if (!samePlan(shifts.map(spanOf), within(seen, from_ms, to_ms))) return outrun();
  const nothing = shifts.length === 0;
  return put(`/v1/duty-roster/${encodeURIComponent(district_id)}`, { ...order, expected_revision: nothing ? null : revision }).then(
    () => null,
    (error: unknown) => (standing(error) ? outrun() : Promise.reject(error)),
  );
}
