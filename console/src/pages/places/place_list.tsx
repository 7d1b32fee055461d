/** The kinds of places and what there is of the one that is chosen. */
import { useState } from "preact/hooks";
import { Button, Empty, IconButton, Input, Skeleton } from "../../design";
import { translator } from "../../i18n";
import { ExportMenu } from "../registers";
import type { Register } from "../registers/description";
import { ImportDialog } from "../registers/import_dialog";
import { word } from "../registers/value_words";
import { colon } from "../../words/punctuation";
import { found, type Kind, KINDS, type Place, type Places } from "./places";
import { words } from "./words";

const t = translator(words);

// More rows than this nobody reads; a search finds the rest.
const SHOWN_MOST = 200;

interface ListProps {
  places: Places;
  kind: Kind;
  register: Register;
  hidden: ReadonlySet<Kind>;
  onKind: (kind: Kind) => void;
  onHide: (kind: Kind) => void;
  onOpen: (id: string) => void;
  onNew: () => void;
  onImported: () => void;
}

/** What is said of a place beside its name. */
function about({ properties }: Place): string {
  if (properties.rule) return word(String(properties.rule));
  if (properties.type) return word(String(properties.type));
  if (properties.half_width_m) return t("band", { half: Number(properties.half_width_m) });
  return String(properties.address ?? "");
}

function Rows({ places, onOpen }: { places: Place[]; onOpen: (id: string) => void }) {
  if (!places.length) return <Empty icon="pin">{t("nothing")}</Empty>;
  return (
    <ul class="place-rows">
      {places.slice(0, SHOWN_MOST).map((place) => (
        <li key={place.id}>
          <button type="button" data-place={place.id} onClick={() => onOpen(String(place.id))}>
            <span class="strong clip">{String(place.properties.name ?? place.id)}</span>
            <span class="muted clip"><span class="mono">{place.id}</span> {about(place)}</span>
          </button>
        </li>
      ))}
      {places.length > SHOWN_MOST && <li class="muted">{t("more", { count: places.length - SHOWN_MOST })}</li>}
    </ul>
  );
}

export function PlaceList({ places, kind, register, hidden, onKind, onHide, onOpen, onNew, onImported }: ListProps) {
  const [typed, type] = useState("");
  const [importing, take] = useState(false);
  const own = places[kind];
  return (
    <>
      <header><h1 class="grow clip">{t("title")}</h1><Button look="primary" icon="plus" onClick={onNew}>{t("new")}</Button></header>
      <ul class="place-kinds">
        {KINDS.map((each) => (
          <li key={each}>
            <button type="button" aria-current={each === kind ? "true" : undefined} onClick={() => onKind(each)}>
              <span class={`swatch place ${each}`} aria-hidden="true" /><span class="grow">{t(each)}</span><span class="number">{places[each]?.length ?? "…"}</span>
            </button>
            <IconButton icon="layers" label={`${t("show_kind")}${colon()}${t(each)}`} pressed={!hidden.has(each)} onClick={() => onHide(each)} />
          </li>
        ))}
      </ul>
      <div class="place-search"><Input type="search" value={typed} maxLength={100} placeholder={`${t("search")}${colon()}${t("search_hint")}`} aria-label={t("search")} onValue={type} /></div>
      <div class="place-body">{own ? <Rows places={found(own, typed)} onOpen={onOpen} /> : <div class="inset"><Skeleton lines={6} /></div>}</div>
      <footer><Button icon="upload" onClick={() => take(true)}>{t("import")}</Button><ExportMenu register={register} wanted={{}} place="up start" /></footer>
      {importing && <ImportDialog register={register} onDone={onImported} onClose={() => take(false)} />}
    </>
  );
}
