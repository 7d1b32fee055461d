/** The places of an application on the city's map: the site, the dump points, and the corridors between them. */
import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { translator } from "../../i18n";
import type { Place as Drawn, Tone } from "../../track/layers";
import { TrackMap } from "../../track/track_map";
import { type Place, placeName } from "./application";
import { words } from "./application_words";

const t = translator(words);

const LOOKS: Record<Place["kind"], Tone> = { site: "warning", dump_point: "good", corridor: "notice" };

const positions = (geometry: Drawn["geometry"]): number[] => ("coordinates" in geometry ? ((geometry.coordinates as unknown[]).flat(3) as number[]) : []);

function boundsOf(places: Drawn[]): [number, number, number, number] | null {
  const all = places.flatMap((place) => positions(place.geometry));
  const axis = (at: number) => all.filter((_, index) => index % 2 === at);
  return all.length ? [Math.min(...axis(0)), Math.min(...axis(1)), Math.max(...axis(0)), Math.max(...axis(1))] : null;
}

export function PlaceMap({ places }: { places: Place[] }) {
  const time = useSignal(0);
  const key = places.map((place) => place.id).join(" ");
  const drawn = useMemo(() => places.flatMap((place): Drawn[] => (place.geometry ? [{ id: place.id, label: placeName(place), geometry: place.geometry, tone: LOOKS[place.kind] }] : [])), [key]);
  const focus = useMemo(() => boundsOf(drawn), [drawn]);
  if (!drawn.length) return null;
  return (
    <figure class="place-map" data-places={key}>
      {/* A map that is moved by its places' choice begins anew: they are chosen rarely. */}
      <div class="place-map-frame"><TrackMap key={key} drawn={[]} time={time} places={drawn} focus={focus} label={t("map")} /></div>
      <figcaption>
        {(["site", "dump_point", "corridor"] as const).filter((kind) => drawn.some((one) => places.some((place) => place.id === one.id && place.kind === kind))).map((kind) => (
          <span key={kind} class={kind}>{t(({ site: "site", dump_point: "dump_points", corridor: "corridors" } as const)[kind])}</span>
        ))}
      </figcaption>
    </figure>
  );
}
