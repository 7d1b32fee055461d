/** The live map: every truck in scope, the open cases beside it, one truck's card. */
import { effect } from "@preact/signals";
import { useLocation } from "preact-iso";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { get } from "../../api/client";
import { clockTime, ErrorNote, Icon, IconButton } from "../../design";
import { translator } from "../../i18n";
import { connection } from "../../live/connection";
import type { Truck } from "../../live/fleet";
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
    get("/v1/companies", { limit: 500 }).then((answer) => set(answer.companies), () => undefined);
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
  const { element, city, failed, retry } = useCityMap((made) => (drawn.current = prepareLive(made, select, (kind) => layers.has(kind))), true, marginOf(innerWidth));
  const page = useRef<HTMLDivElement>(null);

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

  // Positions come once a second: the map takes them without the page around it being rendered anew.
  useEffect(() => {
    if (!city || !live) return;
    const wanted = wantedBy(filters);
    return effect(() => {
      const version = String(live.version.value);
      drawLive(city, live.fleet, wanted, filters.truck, () => page.current?.setAttribute("data-positions", version));
    });
  }, [city, live, filters]);
  useEffect(() => drawn.current?.cases.show(openCases.value), [city, openCases.value]);
  useEffect(() => {
    if (city) drawn.current?.show(layers);
    localStorage.setItem(KEPT_LAYERS, [...layers].join(","));
  }, [city, layers]);

  // With the card itself, not after it is painted: `f` may be pressed as soon as it is seen.
  useLayoutEffect(() => follow(false), [filters.truck]);
  useEffect(() => {
    if (filters.truck) setSide("map");
    if (!city || !live || !filters.truck) return;
    return whenPlaced(live, filters.truck, (truck) => fly(city, [truck.lon_deg, truck.lat_deg]));
  }, [filters.truck, live, city]);
  useEffect(() => {
    if (!following || !city || !live) return;
    return effect(() => {
      live.version.value;
      const truck = filters.truck === null ? undefined : live.fleet.find(filters.truck);
      if (truck) city.map.easeTo({ center: shown([truck.lon_deg, truck.lat_deg], city.crs), offset: offsetOf(city), duration: 600 });
    });
  }, [following, city, live, filters.truck]);
  useEffect(() => {
    const stop = () => follow(false);
    city?.map.on("dragstart", stop);
    return () => void city?.map.off("dragstart", stop);
  }, [city]);
  useLayoutEffect(() => {
    const keys: Record<string, () => void> = { f: () => filters.truck && follow((before) => !before), Escape: () => filters.truck && select(null) };
    const onKey = (event: KeyboardEvent) => typing(event) || event.ctrlKey || event.metaKey || keys[event.key]?.();
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [filters]);

  return (
    <div class={`live-page show-${side}`} ref={page} data-ready={city !== null} data-positions="0">
      <div class="live-map"><div class="map" ref={element} /></div>
      {failed ? <div class="live-failed"><ErrorNote error={failed} onRetry={retry} /></div> : null}
      {connection.value !== "live" && live && live.version.peek() > 0 && (
        <p class="live-lost" role="status"><Icon name="alert" />{t("lost", { time: clockTime(lastOf(live)) })}</p>
      )}
      <div class="left">
        {live && <Legend live={live} filters={filters} companies={companies} layers={layers} onFilters={show} onLayers={setLayers} />}
      </div>
      {live && filters.truck && (
        <TruckCard key={filters.truck} live={live} id={filters.truck} following={following} onFollow={() => follow(!following)} onClose={() => select(null)} />
      )}
      <div class="right">
        <AlertList selected={filters.truck} onOpen={openCase} />
        {live && <Nearest live={live} onOpen={(id) => show({ ...filters, truck: id })} />}
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

/** Call once, as soon as it is known where a truck is; gives a function that stops waiting. */
function whenPlaced({ fleet, version }: LivePositions, id: string, then: (truck: Truck) => void): () => void {
  let waits = true;
  return effect(() => {
    version.value;
    const truck = waits ? fleet.find(id) : undefined;
    if (!truck || Number.isNaN(truck.lon_deg)) return;
    waits = false;
    then(truck);
  });
}

const lastOf = ({ fleet }: LivePositions) => Math.max(0, ...[...fleet.trucks.values()].map((truck) => truck.fix_ms || 0));

// On a phone the lower half of the map lies behind the truck's card.
const offsetOf = ({ map }: CityMap): [number, number] => (innerWidth > 700 ? [0, 0] : [0, -0.3 * map.getContainer().clientHeight]);

function fly(city: CityMap, position: [number, number]): void {
  const { map, crs } = city;
  map.resize();
  map.flyTo({ center: shown(position, crs), zoom: Math.max(map.getZoom(), TRUCK_ZOOM), offset: offsetOf(city), duration: 900, essential: false });
}
