/** The registers: companies, trucks, drivers, places, devices; each a list, a form and a history made of its description. */
import { useLocation } from "preact-iso";
import { useEffect, useState } from "preact/hooks";
import { withQuery } from "../../api/client";
import { Button, ErrorNote, Menu, Select, Skeleton } from "../../design";
import { Icon } from "../../design/icons";
import { translator } from "../../i18n";
import { List, ListPage } from "../../lists/list_page";
import { usePages } from "../../lists/paged";
import { may } from "../../session/session";
import { columnsOf } from "./columns";
import { type Descriptions, descriptions, idOf, type Item, named, type Register } from "./description";
import { Duplicates, HAS_DUPLICATES } from "./duplicates";
import { Filters, queryOf, type Wanted } from "./filters";
import { ImportDialog } from "./import_dialog";
import { ItemDrawer } from "./item_drawer";
import { words } from "./words";
import "./registers.css";

const t = translator(words);

/** Permits have a page of their own. */
const ELSEWHERE = new Set(["permits"]);

/** Ask what the registers are made of. */
export function useDescriptions(): { told: Descriptions | null; error: unknown; reload: () => void } {
  const [told, tell] = useState<Descriptions | null>(null);
  const [error, fail] = useState<unknown>(null);
  const reload = () => (fail(null), void descriptions().then(tell, fail));
  useEffect(reload, []);
  return { told, error, reload };
}

/** The registers beside each other; on a phone one below the other in a field to choose from. */
function Chooser({ registers, chosen, onChoose }: { registers: Register[]; chosen: string; onChoose: (name: string) => void }) {
  return (
    <>
      <nav class="register-nav" aria-label={t("register")}>
        {registers.map((one) => <button key={one.name} type="button" aria-current={one.name === chosen ? "page" : undefined} onClick={() => onChoose(one.name)}>{named(one)}</button>)}
      </nav>
      <div class="register-select"><Select value={chosen} aria-label={t("register")} choices={registers.map((one) => ({ value: one.name, label: named(one) }))} onValue={onChoose} /></div>
    </>
  );
}

/** Exports follow the filters of the list; a search is of the list alone. */
export function ExportMenu({ register, wanted, place = "" }: { register: Register; wanted: Wanted; place?: "" | "up start" }) {
  const { q: _, ...filters } = queryOf(wanted);
  return (
    <Menu summary={<><Icon name="download" />{t("export")}</>} label={t("export")} class="button" place={place}>
      <a href={withQuery(`/v1/${register.name}.csv`, filters)}>{t("csv")}</a>
      {register.has_places && <a href={withQuery(`/v1/${register.name}.geojson`, filters)}>{t("geojson")}</a>}
    </Menu>
  );
}

function Tools({ register, wanted, onNew, onReload }: { register: Register; wanted: Wanted; onNew: () => void; onReload: () => void }) {
  const [opened, open] = useState<"" | "import" | "duplicates">("");
  const edits = may("register") && may(register.permission) && register.may_write;
  return (
    <>
      {may("export") && <ExportMenu register={register} wanted={wanted} />}
      {edits && <Button icon="upload" onClick={() => open("import")}>{t("import")}</Button>}
      {edits && HAS_DUPLICATES[register.name] && <Button icon="link" onClick={() => open("duplicates")}>{t("duplicates")}</Button>}
      {edits && register.may_create && (register.geometry
        ? <Button look="primary" icon="pin" href={`/console/places?register=${register.name}`}>{t("draw_it")}</Button>
        : <Button look="primary" icon="plus" onClick={onNew}>{t("new")}</Button>)}
      {opened === "import" && <ImportDialog register={register} onDone={onReload} onClose={() => open("")} />}
      {opened === "duplicates" && <Duplicates register={register} onMerged={onReload} onClose={() => open("")} />}
    </>
  );
}

function RegisterList({ register, registers, start, onChoose }: { register: Register; registers: Register[]; start: string | null; onChoose: (name: string) => void }) {
  const [wanted, want] = useState<Wanted>({});
  const [opened, open] = useState<string | null | undefined>(start ?? undefined);
  const list = usePages<Item>(`/v1/${register.name}`, register.member, { ...queryOf(wanted), limit: 50 });
  const done = (item: Item | null) => {
    list.reload();
    open(item ? idOf(register, item) : undefined);
  };
  return (
    <ListPage title={named(register)} tools={<Tools register={register} wanted={wanted} onNew={() => open(null)} onReload={list.reload} />}
      filters={<><Chooser registers={registers} chosen={register.name} onChoose={onChoose} /><Filters register={register} wanted={wanted} onWanted={want} /></>}>
      <List list={list} columns={columnsOf(register)} id={(item) => idOf(register, item)} caption={named(register)} selected={opened ?? null} onOpen={(item) => open(idOf(register, item))} />
      {opened !== undefined && <ItemDrawer key={opened ?? "new"} register={register} id={opened} onDone={done} onClose={() => open(undefined)} />}
    </ListPage>
  );
}

export default function Registers() {
  const { told, error, reload } = useDescriptions();
  const { query, route } = useLocation();
  if (error) return <div class="page"><ErrorNote error={error} onRetry={reload} /></div>;
  if (!told) return <div class="page"><Skeleton lines={8} /></div>;
  const registers = told.registers.filter((one) => !ELSEWHERE.has(one.name));
  const register = registers.find((one) => one.name === query.register) ?? registers[0];
  if (!register) return null;
  return <RegisterList key={`${register.name} ${query.id ?? ""}`} register={register} registers={registers} start={query.id ?? null} onChoose={(name) => route(`/console/registers?register=${name}`)} />;
}
