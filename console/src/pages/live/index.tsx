/** The live map: every truck in scope, the open cases beside it, one truck's card. */
import { useLocation } from "preact-iso";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { get } from "../../api/client";
import { clockTime, ErrorNote, Icon, IconButton } from "../../design";
import { translator } from "../../i18n";
import { connection } from "../../live/connection";
import { openCases } from "../../live/open_cases";
import { followPositions, type LivePositions } from "../../live/socket";
import { shown } from "../../map/basemap";
import type { CityMap } from "../../map/create";
import { PLACES, type PlaceKind } from "../../map/places";
import { useCityMap } from "../../map/use_city_map";
import { typing } from "../../shell/shortcuts";
import type { Case } from "../case/case";
import { AlertList } from "./alert_list";
import { addressOf, readFilters, wantedBy } from "./filters";
import { Legend } from "./legend";
import { drawLive, type Drawn, prepareLive } from "./live_map";
import { Nearest } from "./nearest";
import { TruckCard } from "./truck_card";
import { words } from "./words";
import "./live.css";

const t = translator(words);

const KEPT_LAYERS = "muckline.layers";
const SHOWN_AT_FIRST: PlaceKind[] = ["sites", "dump_points", "corridors", "zones", "districts"];
// Near enough to see a truck's surroundings.
const TRUCK_ZOOM = 15;

function keptLayers(): ReadonlySet<PlaceKind> {
  const kept = localStorage.getItem(KEPT_LAYERS);
  return new Set(kept === null ? SHOWN_AT_FIRST : PLACES.filter((kind) => kept.split(",").includes(kind)));
}

// The panels at both sides; on a phone there are none.
const marginOf = (width: number) =>
  width > 700 ? { top: 30, bottom: 60, left: 250, right: 370 } : { top: 16, bottom: 70, left: 16, right: 16 };

function useLive(): LivePositions | null {
  const [live, set] = useState<LivePositions | null>(null);
  useEffect(() => {
    const opened = followPositions();
    set(opened);
    return () => opened.close();
  }, []);
  return live;
}

function useCompanies(): { company_id: string; name: string }[] {
  const [companies, set] = useState<{ company_id: string; name: string }[]>([]);
  useEffect(() => {
    get<{ companies: { company_id: string; name: string }[] }>("/v1/companies", { limit: 500 }).then((answer) => set(answer.companies), () => undefined);
  }, []);
  return companies;
}

export default function Live() {
  const { query, route } = useLocation();
  const filters = useMemo(() => readFilters(query), [JSON.stringify(query)]);
  const live = useLive();
  const companies = useCompanies();
  const [layers, setLayers] = useState(keptLayers);
  const [following, follow] = useState(false);
  const [side, setSide] = useState<"list" | "map">("list");
  const drawn = useRef<Drawn | null>(null);
  const { element, city, failed } = useCityMap((made) => (drawn.current = prepareLive(made, select, (kind) => layers.has(kind))), true, marginOf(innerWidth));
  const at = live?.version.value ?? 0;

  const show = (after: typeof filters) => route(addressOf(after), true);
  function select(truck: string | null) {
    // Called by the map, which was made with filters of an earlier time.
    show({ ...readFilters(Object.fromEntries(new URLSearchParams(location.search))), truck });
  }
  const openCase = (one: Case) => {
    setSide("map");
    if (one.vehicle_id) show({ ...filters, truck: one.vehicle_id });
    if (one.position && city) fly(city, one.position.coordinates);
  };

  useEffect(() => {
    if (city && live) drawLive(city, live.fleet, wantedBy(filters), filters.truck);
  }, [city, at, filters]);
  useEffect(() => drawn.current?.cases.show(openCases.value), [city, openCases.value]);
  useEffect(() => {
    if (city) drawn.current?.show(layers);
    localStorage.setItem(KEPT_LAYERS, [...layers].join(","));
  }, [city, layers]);

  const truck = filters.truck === null ? undefined : live?.fleet.find(filters.truck);
  const placed = truck !== undefined && !Number.isNaN(truck.lon_deg);
  useEffect(() => {
    follow(false);
    if (city && truck && placed) fly(city, [truck.lon_deg, truck.lat_deg]);
    if (filters.truck) setSide("map");
  }, [filters.truck, placed, city]);
  useEffect(() => {
    if (following && city && truck && placed) city.map.easeTo({ center: shown([truck.lon_deg, truck.lat_deg], city.crs), duration: 600 });
  }, [following, at]);
  useEffect(() => {
    const stop = () => follow(false);
    city?.map.on("dragstart", stop);
    return () => void city?.map.off("dragstart", stop);
  }, [city]);
  useEffect(() => {
    const keys: Record<string, () => void> = { f: () => filters.truck && follow((before) => !before), Escape: () => filters.truck && select(null) };
    const onKey = (event: KeyboardEvent) => typing(event) || event.ctrlKey || event.metaKey || keys[event.key]?.();
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [filters]);

  return (
    <div class={`live-page show-${side}`} data-ready={city !== null} data-positions={at}>
      <div class="live-map"><div class="map" ref={element} /></div>
      {failed ? <div class="live-failed"><ErrorNote error={failed} /></div> : null}
      {connection.value !== "live" && live && at > 0 && (
        <p class="live-lost" role="status"><Icon name="alert" />{t("lost", { time: clockTime(lastOf(live)) })}</p>
      )}
      <div class="left">
        {live && <Legend fleet={live.fleet} filters={filters} companies={companies} layers={layers} onFilters={show} onLayers={setLayers} />}
      </div>
      {live && filters.truck && (
        <TruckCard key={filters.truck} fleet={live.fleet} id={filters.truck} following={following} onFollow={() => follow(!following)} onClose={() => select(null)} />
      )}
      <div class="right">
        <AlertList selected={filters.truck} onOpen={openCase} />
        {live && <Nearest fleet={live.fleet} onOpen={(id) => show({ ...filters, truck: id })} />}
      </div>
      <div class="map-buttons">
        <IconButton look="plain" icon="plus" label={t("zoom_in")} onClick={() => city?.map.zoomIn()} />
        <IconButton look="plain" icon="minus" label={t("zoom_out")} onClick={() => city?.map.zoomOut()} />
        <IconButton look="plain" icon="expand" label={t("whole")} onClick={() => city && drawn.current?.whole()} />
      </div>
      <div class="side-switch" role="group">
        {(["list", "map"] as const).map((name) => (
          <button type="button" key={name} aria-pressed={side === name} onClick={() => setSide(name)}><Icon name={name} />{t(name)}</button>
        ))}
      </div>
    </div>
  );
}

const lastOf = ({ fleet }: LivePositions) => Math.max(0, ...[...fleet.trucks.values()].map((truck) => truck.fix_ms || 0));

function fly(city: CityMap, position: [number, number]): void {
  const { map, crs } = city;
  map.resize();
  map.flyTo({ center: shown(position, crs), zoom: Math.max(map.getZoom(), TRUCK_ZOOM), duration: 900, essential: false });
}
