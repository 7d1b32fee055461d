/** Sites, dump points, zones, corridors and districts: looked at, drawn and edited on the map. */
import { useLocation } from "preact-iso";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { ErrorNote, Skeleton } from "../../design";
import { translator } from "../../i18n";
import type { CityMap } from "../../map/create";
import { cornersOf } from "../../map/draw_shapes";
import { forgetPlaces } from "../../map/places";
import { useCityMap } from "../../map/use_city_map";
import { useDescriptions } from "../registers";
import { idOf, type Item, type Register } from "../registers/description";
import { ItemPanel } from "./item_panel";
import { addLayers, hideItem, margin, placeAt, showKind, showPlaces } from "./layers";
import { PlaceList } from "./place_list";
import { isKind, type Kind, KINDS, usePlaces } from "./places";
import { words } from "./words";
import "../registers/registers.css";
import "./places.css";

const t = translator(words);

/** What is opened: an id, null for a new one, undefined for none. */
type Opened = string | null | undefined;

/** A click opens what lies under it, while nothing is being edited. */
function useClicks(city: CityMap | null, kind: Kind, free: boolean, onPlace: (kind: Kind, properties: GeoJSON.GeoJsonProperties) => void): void {
  const latest = useRef({ kind, free, onPlace });
  latest.current = { kind, free, onPlace };
  useEffect(() => {
    if (!city) return undefined;
    const click = (event: { point: { x: number; y: number } }) => {
      const now = latest.current;
      const hit = now.free ? placeAt(city, event.point, now.kind) : null;
      if (hit) now.onPlace(hit.kind, hit.properties);
    };
    city.map.on("click", click as never);
    return () => void city.map.off("click", click as never);
  }, [city]);
}

function Editor({ registers }: { registers: Register[] }) {
  const { query, route } = useLocation();
  const kind: Kind = isKind(query.register) ? query.register : "sites";
  const opened: Opened = query.new !== undefined ? null : query.id;
  const register = registers.find((one) => one.name === kind) as Register;
  const [hidden, hide] = useState<ReadonlySet<Kind>>(new Set());
  const { element, city, failed } = useCityMap(addLayers, true, margin());
  const { places, error, reload } = usePlaces(city?.crs ?? null);
  const go = (to: Kind, id: Opened = undefined) => route(`/console/places?register=${to}${id === null ? "&new" : id === undefined ? "" : `&id=${encodeURIComponent(id)}`}`);
  const corners = useMemo(
    () => cornersOf(KINDS.flatMap((each) => (places[each] ?? []).filter((place) => each !== kind || place.id !== opened).map((place) => place.geometry))),
    [places, kind, opened],
  );
  useEffect(() => void (city && showPlaces(city, places)), [city, places]);
  useEffect(() => void (city && KINDS.forEach((each) => showKind(city, each, !hidden.has(each)))), [city, hidden]);
  useEffect(() => void (city && hideItem(city, kind, register.id_name, opened ?? null)), [city, kind, opened]);
  useClicks(city, kind, opened === undefined, (to, properties) => go(to, String(properties?.[registers.find((one) => one.name === to)?.id_name ?? ""] ?? "")));
  const saved = (item: Item | null) => {
    forgetPlaces();
    reload(kind);
    go(kind, item ? idOf(register, item) : undefined);
  };
  const toggle = (each: Kind) => hide((had) => new Set(had.has(each) ? [...had].filter((one) => one !== each) : [...had, each]));
  return (
    <div class="places-page">
      <div class="map" ref={element} role="region" aria-label={t("title")} data-ready={city ? Object.keys(places).length === KINDS.length : false} />
      {(failed || error) && <div class="places-failed"><ErrorNote error={failed ?? error} onRetry={() => KINDS.forEach(reload)} /></div>}
      <section class="panel floating places-panel" aria-label={t("title")}>
        {opened === undefined || !city ? (
          <PlaceList places={places} kind={kind} register={register} hidden={hidden} onKind={(to) => go(to)} onHide={toggle} onOpen={(id) => go(kind, id)} onNew={() => go(kind, null)} onImported={() => saved(null)} />
        ) : (
          <ItemPanel key={`${kind} ${opened ?? "new"}`} city={city} register={register} id={opened} corners={() => corners} onSaved={saved} onClose={() => go(kind)} />
        )}
        {city?.crs === "gcj02" && <p class="places-note">{t("gcj02")}</p>}
      </section>
    </div>
  );
}

export default function PlacesPage() {
  const { told, error, reload } = useDescriptions();
  if (error) return <div class="page"><ErrorNote error={error} onRetry={reload} /></div>;
  if (!told) return <div class="page"><Skeleton lines={8} /></div>;
  return <Editor registers={told.registers} />;
}
