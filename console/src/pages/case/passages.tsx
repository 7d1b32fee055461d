/** Washer and gate passages of the case's truck around the event, and the trip that it belongs to. */
import { useEffect, useState } from "preact/hooks";
import { serverNow_ms } from "../../api/clock";
import { get } from "../../api/client";
import type { Schema } from "../../api/schema";
import { stamp } from "../../charts/time";
import { Badge, clockTime } from "../../design";
import { translator } from "../../i18n";
import { type Case, clipSpan } from "./case";
import { numberText } from "./members";
import { words } from "./words";

const t = translator(words);

type Passage = Schema<"PassageOfVehicle">;

/** A load's papers lie within hours of what happened to it. */
const AROUND_MS = 3 * 3_600_000;

export function Passages({ one }: { one: Case }) {
  const [rows, setRows] = useState<Passage[] | null>(null);
  useEffect(() => {
    if (!one.vehicle_id) return;
    const span = clipSpan(one, AROUND_MS, serverNow_ms());
    get(`/v1/vehicles/${encodeURIComponent(one.vehicle_id)}/history`, {
      datetime: `${stamp(span.from_ms)}/${stamp(span.to_ms)}`,
    }).then(
      ({ washes, gate_passages }) => setRows([...washes, ...gate_passages].sort((a, b) => a.time.localeCompare(b.time))),
      () => setRows([]),
    );
  }, [one.case_id]);
  if (!one.vehicle_id || rows === null) return null;
  if (rows.length === 0) return <p class="muted small">{t("no_passages")}</p>;
  return (
    <ul class="passages">
      {rows.map((row) => (
        <li key={row.time + row.device}>
          <Badge tone={row.dump_point_id ? "accent" : "notice"}>{t(row.dump_point_id ? "gate" : "washer")}</Badge>
          <span class="grow clip">{row.site_id ?? row.dump_point_id ?? row.device}</span>
          <Said row={row} />
          <time class="muted" dateTime={row.time}>{clockTime(row.time)}</time>
        </li>
      ))}
    </ul>
  );
}

function Said({ row }: { row: Passage }) {
  const kg = row.body.net_kg;
  const result = row.body.result;
  return <span class="muted">{typeof kg === "number" ? t("weighed", { mass: numberText(kg, "mass") }) : result === "washed" ? t("washed") : String(result ?? "")}</span>;
}
