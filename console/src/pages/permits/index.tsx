/** 准运证: who may haul what from where to where; what is applied for, in force, used up, or warns. */
import { useLocation } from "preact-iso";
import { useState } from "preact/hooks";
import { serverNow_ms } from "../../api/clock";
import { Badge, Button, Check, type Column, ErrorNote, Field, fullTime, Skeleton } from "../../design";
import { translator } from "../../i18n";
import { List, ListPage } from "../../lists/list_page";
import { type Names, useNames } from "../../lists/names";
import { usePaged } from "../../lists/paged";
import { may, user } from "../../session/session";
import { ExportMenu, useDescriptions } from "../registers";
import type { Descriptions, Item, Register } from "../registers/description";
import { Filters, queryOf, type Wanted } from "../registers/filters";
import { ImportDialog } from "../registers/import_dialog";
import { ItemDrawer } from "../registers/item_drawer";
import { Lookup } from "../registers/lookup";
import { word } from "../registers/value_words";
import { Life } from "./life";
import { period } from "./period";
import { type Permit, TONES, useFailing } from "./permit";
import { QuotaBar } from "./quota_bar";
import { SectionTabs } from "./section_tabs";
import { words } from "./words";
import "../registers/registers.css";
import "./permits.css";
import "./applications.css";

const t = translator(words);

// Changed by steps alone.
const BY_STEPS = ["status"];
// Too many to stand in a line; the rest of them is in the form.
const NOT_FILTERED = ["dump_point_id", "corridor_id", "binding"];

/** Officers write permits down, companies apply for them. */
const applies = () => may("apply") && Boolean(user.value?.company_id);

const trucks = (permit: Permit) => (permit.vehicle_ids ? t("count_trucks", { count: permit.vehicle_ids.length }) : t("all_trucks"));

function Period({ permit }: { permit: Permit }) {
  const when = period(permit);
  const [from, to] = [permit.valid_from, permit.valid_to].map((at) => (at ? fullTime(at).slice(0, -3) : "…"));
  return <>{!permit.valid_from && !permit.valid_to ? "–" : `${from} – ${to}`} {when !== "in_force" && <Badge tone={when === "expired" ? "critical" : "notice"}>{t(when)}</Badge>}</>;
}

const columns = (failing: ReadonlyMap<string, unknown[]>, companies: Names, sites: Names): Column<Permit>[] => [
  { id: "id", label: t("permit"), cell: (permit) => <span class="mono">{permit.permit_id}</span> },
  { id: "status", label: t("status"), cell: (permit) => <Badge tone={TONES[permit.status]}>{word(permit.status)}</Badge> },
  { id: "company", label: t("company"), cell: (permit) => companies.of(permit.company_id ?? null) },
  { id: "trucks", label: t("trucks"), cell: trucks },
  { id: "site", label: t("site"), cell: (permit) => sites.of(permit.site_id ?? null) },
  { id: "period", label: t("period"), cell: (permit) => <Period permit={permit} /> },
  { id: "quota", label: t("quota"), width: "220px", cell: (permit) => (permit.quota.length ? permit.quota.map((quota) => <QuotaBar key={quota.unit} quota={quota} small />) : "–") },
  { id: "warnings", label: t("warnings"), cell: (permit) => (failing.has(permit.permit_id) ? <Badge tone="warning">{t("failing", { count: failing.get(permit.permit_id)?.length ?? 0 })}</Badge> : null) },
];

function Permits({ register, told, start }: { register: Register; told: Descriptions; start: string | null }) {
  const [wanted, want] = useState<Wanted>({});
  const [valid, only] = useState<string | null>(null);
  const [opened, open] = useState<string | null | undefined>(start ?? undefined);
  const [importing, take] = useState(false);
  const list = usePaged("/v1/permits", "permits", { ...queryOf(wanted), valid_at: valid, limit: 50 });
  const failing = useFailing();
  const [companies, sites] = [useNames("companies"), useNames("sites")];
  const edits = may("register");
  const done = (item: Item | null) => (list.reload(), open(item ? String(item.permit_id) : undefined));
  const life = { id: "life", label: t("life"), content: (item: Item, reload: () => void) => <Life permit={item as Permit} commented={told.commented_steps} onDone={() => (reload(), list.reload())} /> };
  return (
    <ListPage title={t("title")}
      tools={<>{may("export") && <ExportMenu register={register} wanted={wanted} />}{edits && <Button icon="upload" onClick={() => take(true)}>{t("import")}</Button>}{edits && <Button look="primary" icon="plus" onClick={() => open(null)}>{t("new")}</Button>}{applies() && <Button look="primary" icon="plus" href="/console/permits/applications?new=1">{t("apply_for")}</Button>}</>}
      filters={
        <>
          <SectionTabs here="permits" />
          <Filters register={register} wanted={wanted} onWanted={want} without={NOT_FILTERED} />
          <Field label={t("vehicle")}><Lookup refers="vehicle-register" value={wanted.vehicle_id ?? ""} onValue={(vehicle_id) => want({ ...wanted, vehicle_id })} /></Field>
          <Check label={t("valid_now")} checked={valid !== null} onValue={(on) => only(on ? new Date(serverNow_ms()).toISOString() : null)} />
        </>
      }>
      <List list={list} columns={columns(failing, companies, sites)} id={(permit) => permit.permit_id} caption={t("title")} selected={opened ?? null} onOpen={(permit) => open(permit.permit_id)} />
      {opened !== undefined && (
        <ItemDrawer key={opened ?? "new"} register={register} id={opened} without={BY_STEPS} onDone={done} onClose={() => open(undefined)} more={opened === null ? [] : [life]} />
      )}
      {importing && <ImportDialog register={register} onDone={list.reload} onClose={() => take(false)} />}
    </ListPage>
  );
}

export default function PermitsPage() {
  const { told, error, reload } = useDescriptions();
  const { query } = useLocation();
  const register = told?.registers.find((one) => one.name === "permits");
  if (error) return <div class="page"><ErrorNote error={error} onRetry={reload} /></div>;
  if (!told || !register) return <div class="page"><Skeleton lines={8} /></div>;
  return <Permits key={query.id ?? ""} register={register} told={told} start={query.id ?? null} />;
}
