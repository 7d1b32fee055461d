/** A place from the map or from where somebody stands. What leaves it is WGS 84. */
import type { GeoJSONSource } from "maplibre-gl";
import gcoord from "gcoord";
import { useEffect, useState } from "preact/hooks";
import { Button, ErrorNote } from "../../design";
import { translator } from "../../i18n";
import { type Position, shown } from "../../map/basemap";
import type { CityMap } from "../../map/create";
import { useCityMap } from "../../map/use_city_map";
import { words } from "./words";

const t = translator(words);

const SOURCE = "report-place";
/** A phone in a street finds itself within this, or not at all. [ms] */
const LOCATE_MS = 15_000;

function prepare({ map, colours }: CityMap): void {
  map.addSource(SOURCE, { type: "geojson", data: { type: "FeatureCollection", features: [] } });
  map.addLayer({
    id: SOURCE, type: "circle", source: SOURCE,
    paint: { "circle-radius": 10, "circle-color": colours.critical, "circle-stroke-color": colours.halo, "circle-stroke-width": 3 },
  });
  map.getCanvas().style.cursor = "crosshair";
}

/** A click is a place of the base map's datum: undone at this edge alone, for what somebody points at. */
function pointed([lon_deg, lat_deg]: Position, crs: CityMap["crs"]): Position {
  return crs === "gcj02" ? gcoord.transform([lon_deg, lat_deg], gcoord.GCJ02, gcoord.WGS84) : [lon_deg, lat_deg];
}

export function PlacePicker({ place, onPlace }: { place: Position | null; onPlace: (place: Position) => void }) {
  const { element, city, failed, retry } = useCityMap(prepare);
  const [state, setState] = useState<"" | "locating" | "not_located">("");
  useEffect(() => {
    if (!city) return undefined;
    const click = (event: { lngLat: { lng: number; lat: number } }) => onPlace(pointed([event.lngLat.lng, event.lngLat.lat], city.crs));
    city.map.on("click", click as never);
    return () => void city.map.off("click", click as never);
  }, [city, onPlace]);
  useEffect(() => {
    if (!city) return;
    const features = place ? [{ type: "Feature" as const, geometry: { type: "Point" as const, coordinates: shown(place, city.crs) }, properties: {} }] : [];
    (city.map.getSource(SOURCE) as GeoJSONSource | undefined)?.setData({ type: "FeatureCollection", features });
  }, [city, place?.join()]);
  const locate = () => {
    setState("locating");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        setState("");
        const found: Position = [coords.longitude, coords.latitude];
        onPlace(found);
        city?.map.jumpTo({ center: shown(found, city.crs), zoom: 16 });
      },
      () => setState("not_located"),
      { enableHighAccuracy: true, timeout: LOCATE_MS },
    );
  };
  return (
    <div class="place-picker">
      <div class="map" ref={element} role="region" aria-label={t("map")} />
      <ErrorNote error={failed} onRetry={retry} />
      <div class="row wrap">
        <Button icon="crosshair" disabled={state === "locating"} onClick={locate}>{t(state === "locating" ? "locating" : "locate")}</Button>
        <output class="mono small" data-place={place?.join() ?? ""}>{place ? place.map((degrees) => degrees.toFixed(5)).join(", ") : t("place_hint")}</output>
        {state === "not_located" && <span class="wrong small" role="alert">{t("not_located")}</span>}
      </div>
    </div>
  );
}
