/** One manifest: how far it has come, where it was driven, and the scans that a clerk makes by hand. */
import { useState } from "preact/hooks";
import { serverNow_ms } from "../../api/clock";
import { post } from "../../api/client";
import { Badge, Button, Drawer, figure, fullTime, shortTime, toastProblem } from "../../design";
import { translator } from "../../i18n";
import type { Names } from "../../lists/names";
import { may } from "../../session/session";
import { drivenSpan, ENDING_TONES, hauledKg, type Manifest, strays, TONES } from "./manifest";
import { RouteMap } from "./route_map";
import { words } from "./words";

const t = translator(words);

const tonnes = (kg: number | null) => (kg === null ? "–" : `${figure(kg / 1000, 1)} t`);

/** The four instants of a load; what has not come is hollow. */
function Way({ one }: { one: Manifest }) {
  const steps: [label: string, at: string | null, bad?: boolean][] = [
    [t("issued"), one.issued_at],
    [t("out"), one.out_at],
    [one.ending ? t(one.ending) : t("unloaded"), one.trip_end, strays(one)],
    [t("in"), one.in_at, one.status === "unclosed"],
  ];
  return (
    <ol class="way">
      {steps.map(([label, at, bad]) => (
        <li key={label} class={`${at ? "done" : ""} ${bad ? "wrong" : ""}`}>
          <span class="label">{label}</span>
          <span class="muted">{at ? shortTime(at) : "–"}</span>
        </li>
      ))}
    </ol>
  );
}

function playback(one: Manifest): string | null {
  const span = drivenSpan(one, serverNow_ms());
  if (!span || !may("track")) return null;
  const query = new URLSearchParams({ vehicle: one.vehicle_id, from: new Date(span.from_ms).toISOString(), to: new Date(span.to_ms).toISOString() });
  return `/console/playback?${query}`;
}

interface Props {
  one: Manifest;
  sites: Names;
  dumps: Names;
  companies: Names;
  onDone: () => void;
  onClose: () => void;
}

export function Details({ one, sites, dumps, companies, onDone, onClose }: Props) {
  const [busy, wait] = useState(false);
  const scan = async (kind: "out" | "in" | "void") => {
    wait(true);
    await post(`/v1/manifests/${encodeURIComponent(one.manifest_no)}/scans`, { scan: kind }).then(onDone, toastProblem);
    wait(false);
  };
  const open = one.status !== "void" && one.in_at === null && may("work");
  const watched = playback(one);
  return (
    <Drawer title={one.manifest_no} open onClose={onClose}
      footer={(open || watched) && (
        <>
          {open && <Button look="danger" disabled={busy} onClick={() => void scan("void")}>{t("make_void")}</Button>}
          <span class="grow" />
          {watched && <Button icon="play" href={watched}>{t("playback")}</Button>}
          {open && <Button look="primary" disabled={busy} onClick={() => void scan(one.out_at ? "in" : "out")}>{t(one.out_at ? "scan_in" : "scan_out")}</Button>}
        </>
      )}>
      <div class="row wrap">
        <Badge tone={TONES[one.status]}>{t(`status_${one.status}`)}</Badge>
        {strays(one) && <Badge tone="critical">{t("elsewhere")}</Badge>}
        {one.deviated && <Badge tone="warning">{t("deviated")}</Badge>}
        {one.void_at && <span class="muted">{fullTime(one.void_at)}</span>}
      </div>
      <Way one={one} />
      {may("track") && <RouteMap one={one} />}
      <dl class="facts">
        <dt>{t("truck")}</dt><dd>{may("track") ? <a class="plate" href={`/console/trucks/${encodeURIComponent(one.vehicle_id)}`}>{one.plate ?? one.vehicle_id}</a> : <span class="plate">{one.plate ?? one.vehicle_id}</span>}</dd>
        <dt>{t("company")}</dt><dd>{companies.of(one.company_id)}</dd>
        <dt>{t("site")}</dt><dd>{sites.of(one.site_id)}</dd>
        <dt>{t("planned")}</dt><dd>{dumps.of(one.dump_point_id)}</dd>
        <dt>{t("driven")}</dt>
        <dd>
          {one.driven_to ? dumps.of(one.driven_to) : !one.trip_id ? t("no_trip") : one.ending ? null : t("under_way")}{" "}
          {one.ending && <Badge tone={strays(one) ? "critical" : ENDING_TONES[one.ending]}>{t(one.ending)}</Badge>}
        </dd>
        <dt>{t("planned_load")}</dt><dd>{tonnes(one.planned_kg)}</dd>
        <dt>{t(one.weighed_kg === null ? "measured" : "weighed")}</dt><dd>{tonnes(hauledKg(one))}</dd>
        <dt>{t("material")}</dt><dd>{one.material ?? "–"}</dd>
        <dt>{t("permit")}</dt><dd>{one.permit_id ?? "–"}</dd>
        <dt>{t("driver")}</dt><dd>{one.driver_id ?? "–"}</dd>
        <dt>{t("issued_by")}</dt><dd>{one.issued_by}</dd>
      </dl>
    </Drawer>
  );
}
