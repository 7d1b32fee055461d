/** The facts of a case: truck, company, place, times, people. */
import type { ComponentChildren } from "preact";
import { duration, fullTime } from "../../design";
import { translator } from "../../i18n";
import type { CaseDetail } from "./case";
import type { Event } from "./findings";
import { wordOf } from "../../words/kinds";
import type { Vehicle } from "./load";
import { type Named, placeName } from "./names";
import { numberText } from "./members";
import { words } from "./words";

const t = translator(words);

type Row = [label: string, value: ComponentChildren];

const place = (label: string, resource: Named, id: string | undefined): Row | false => id !== undefined && [label, placeName(resource, id)];

export function Facts({ one, vehicle, events }: { one: CaseDetail; vehicle: Vehicle | null; events: readonly Event[] }) {
  const said = (name: string) => events.map((event) => event.opening[name]).find((value) => typeof value === "string") as string | undefined;
  const ends = one.end ? (Date.parse(one.end) - Date.parse(one.start)) / 1000 : null;
  const rows: (Row | false | null | undefined | "")[] = [
    one.vehicle_id && [t("vehicle"), <a class="plate" href={`/console/trucks/${encodeURIComponent(one.vehicle_id)}`}>{one.plate ?? one.vehicle_id}</a>],
    one.reported_plate && !one.vehicle_id && [t("reported_plate"), <span class="plate">{one.reported_plate}</span>],
    one.company_name && [t("company"), one.company_name],
    one.district_id && [t("district"), placeName("districts", one.district_id)],
    place(t("site"), "sites", said("site_id")),
    said("permit_id") && [t("permit"), said("permit_id")],
    place(t("dump_point"), "dump-points", said("dump_point_id")),
    Boolean(vehicle?.capacity_kg) && [t("capacity"), numberText(vehicle!.capacity_kg!, "mass")],
    [t("start"), <time dateTime={one.start}>{fullTime(one.start)}</time>],
    [t("end"), one.end ? <time dateTime={one.end}>{fullTime(one.end)}</time> : t("going_on")],
    ends !== null && ends > 0 && [t("duration"), duration(ends)],
    [t("opened"), fullTime(one.opened_at)],
    one.due_at && [t("due"), fullTime(one.due_at)],
    [t("assignee_fact"), one.assignee_name ?? one.assignee ?? t("nobody")],
    [t("source"), wordOf("sources", one.source)],
    one.position && [t("position"), <span class="mono">{one.position.coordinates.map((degrees) => degrees.toFixed(5)).join(", ")}</span>],
    one.description && [t("description"), one.description],
    one.contact && [t("contact"), one.contact],
    one.reference && [t("reference"), one.reference],
  ];
  return (
    <dl class="facts">
      {rows.filter((row): row is Row => Boolean(row)).map(([label, value]) => (
        <div class="fact" key={label}><dt>{label}</dt><dd>{value}</dd></div>
      ))}
    </dl>
  );
}
