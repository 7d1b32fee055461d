/** The route that the permit plans and the way that was driven, on one map. */
import { useSignal } from "@preact/signals";
import { useEffect, useMemo, useState } from "preact/hooks";
import { serverNow_ms } from "../../api/clock";
import { get } from "../../api/client";
import { ErrorNote, Skeleton } from "../../design";
import { translator } from "../../i18n";
import { readTrack } from "../../track/read";
import { TrackMap } from "../../track/track_map";
import type { Place, Tone } from "../../track/layers";
import { bounds } from "../../track/line";
import type { Track } from "../../track/track";
import { drivenSpan, type Manifest, strays } from "./manifest";
import { words } from "./words";

const t = translator(words);

async function place(resource: "corridors" | "sites" | "dump-points", id: string, tone: Tone): Promise<Place | null> {
  const answer = await get(`/v1/${resource}/${encodeURIComponent(id)}`);
  return answer.geometry ? { id, label: answer.name ?? id, geometry: answer.geometry, tone } : null;
}

/** The corridors of the permit; a manifest without a permit plans none. */
async function planned(one: Manifest): Promise<string[]> {
  if (one.permit_id === null) return [];
  const permit = await get(`/v1/permits/${encodeURIComponent(one.permit_id)}`);
  return permit.corridor_ids ?? [];
}

/** What a role may not see of it is left out: a company's map shows less than the bureau's. */
async function placesOf(one: Manifest): Promise<Place[]> {
  const corridors = await planned(one).catch((): string[] => []);
  const stray = strays(one) && one.driven_to ? [place("dump-points", one.driven_to, "critical")] : [];
  const asked = [
    ...corridors.map((id) => place("corridors", id, "notice")), place("sites", one.site_id, "warning"), place("dump-points", one.dump_point_id, "good"), ...stray,
  ];
  const found = await Promise.allSettled(asked);
  return found.flatMap((each) => (each.status === "fulfilled" && each.value ? [each.value] : []));
}

interface Loaded {
  places: Place[];
  track: Track | null;
}

async function load(one: Manifest): Promise<Loaded> {
  const span = drivenSpan(one, serverNow_ms());
  const [places, track] = await Promise.all([placesOf(one), span && readTrack(one.vehicle_id, span.from_ms, span.to_ms)]);
  return { places, track };
}

/** The box around all places and the track. */
function boundsOf({ places, track }: Loaded): [number, number, number, number] | null {
  const placed = places.flatMap(({ geometry }) => ("coordinates" in geometry ? (geometry.coordinates as unknown[]).flat(3) : []) as number[]);
  const positions = [...placed, ...((track && bounds(track)) ?? [])];
  const axis = (at: number) => positions.filter((_, index) => index % 2 === at);
  if (!positions.length) return null;
  return [Math.min(...axis(0)), Math.min(...axis(1)), Math.max(...axis(0)), Math.max(...axis(1))];
}

export function RouteMap({ one }: { one: Manifest }) {
  const [loaded, keep] = useState<Loaded | null>(null);
  const [failed, fail] = useState<unknown>(null);
  const [round, again] = useState(0);
  const time = useSignal(Date.parse(one.trip_end ?? one.in_at ?? one.issued_at));
  useEffect(() => {
    let current = true;
    load(one).then((found) => current && keep(found), (error) => current && fail(error));
    return () => {
      current = false;
    };
  }, [one.manifest_no, one.status, round]);
  const drawn = useMemo(() => (loaded?.track?.placed.length ? [{ track: loaded.track, colouring: "plain" as const }] : []), [loaded]);
  if (failed) return <ErrorNote error={failed} onRetry={() => (fail(null), again(round + 1))} />;
  if (!loaded) return <Skeleton lines={5} />;
  const route = loaded.places.some((each) => each.geometry.type === "LineString");
  return (
    <figure class="route" data-planned={loaded.places.map((each) => each.id).join(" ")} data-driven={loaded.track?.placed.length ?? 0}>
      <div class="route-map"><TrackMap drawn={drawn} time={time} places={loaded.places} focus={boundsOf(loaded)} label={t("route")} /></div>
      <figcaption>
        <span class={route ? "planned" : "muted"}>{t(route ? "route_planned" : "route_unplanned")}</span>
        <span class={drawn.length ? "driven" : "muted"}>{t(drawn.length ? "route_driven" : "route_undriven")}</span>
      </figcaption>
    </figure>
  );
}
