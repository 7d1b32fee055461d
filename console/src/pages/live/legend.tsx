/** What the colours mean, how many there are of each, and what is shown. */
import { Icon, Panel, Select } from "../../design";
import { translator } from "../../i18n";
import { STATES, type TruckState } from "../../live/positions";
import type { LivePositions } from "../../live/socket";
import { PLACES, type PlaceKind } from "../../map/places";
import { may } from "../../session/session";
import { type Filters, toggled } from "./filters";
import { words } from "./words";

const t = translator(words);

interface LegendProps {
  live: LivePositions;
  filters: Filters;
  companies: { company_id: string; name: string }[];
  layers: ReadonlySet<PlaceKind>;
  onFilters: (filters: Filters) => void;
  onLayers: (layers: ReadonlySet<PlaceKind>) => void;
}

export function Legend({ live: { fleet, version }, filters, companies, layers, onFilters, onLayers }: LegendProps) {
  version.value;
  const counts = fleet.counts((truck) => filters.company === null || truck.company_id === filters.company);
  const state = (name: TruckState) => (
    <li key={name}>
      <button type="button" class="legend-row" aria-pressed={!filters.hidden.has(name)}
        onClick={() => onFilters({ ...filters, hidden: toggled(filters.hidden, name) })}>
        <span class={`swatch truck-${name}`} aria-hidden="true" /><span class="grow">{t(name)}</span><span class="number">{counts[name]}</span>
      </button>
    </li>
  );
  const layer = (kind: PlaceKind) => (
    <li key={kind}>
      <button type="button" class="legend-row" aria-pressed={layers.has(kind)} onClick={() => onLayers(toggled(layers, kind))}>
        {kind === "sites" || kind === "dump_points" ? <Icon name={kind === "sites" ? "site" : "dump"} /> : <span class={`swatch place ${kind}`} aria-hidden="true" />}<span class="grow">{t(kind)}</span>
        {layers.has(kind) && <Icon name="check" />}
      </button>
    </li>
  );
  return (
    <Panel floating class="legend" title={t("trucks")} tools={<span class="muted small">{t("total", { count: fleet.trucks.size })}</span>} flush>
      <ul>{STATES.map(state)}</ul>
      {!may("track") && <p class="muted small rough" role="note">{t("rough")}</p>}
      <div class="company">
        <Select aria-label={t("company")} value={filters.company ?? ""} onValue={(company) => onFilters({ ...filters, company: company || null })}
          choices={[{ value: "", label: t("all_companies") }, ...companies.map((one) => ({ value: one.company_id, label: one.name }))]} />
      </div>
      <details class="layers">
        <summary><Icon name="layers" /><span class="grow">{t("layers")}</span><Icon name="chevron_down" /></summary>
        <ul>{PLACES.map(layer)}</ul>
      </details>
    </Panel>
  );
}
