/** One place: its form beside its shape, its history, and saving both together. */
import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import { Badge, Button, Dialog, IconButton, Input, Skeleton, Tabs, toast } from "../../design";
import { translator } from "../../i18n";
import { shownGeojson } from "../../map/basemap";
import type { CityMap } from "../../map/create";
import { boundsOf, type Corner, type Shape } from "../../map/draw_shapes";
import { may } from "../../session/session";
import { typing } from "../../shell/shortcuts";
import { Conflict } from "../registers/conflict";
import { idOf, type Item, nameOf, type Register } from "../registers/description";
import { Refusal } from "../registers/faults";
import { ItemForm } from "../registers/form";
import { History } from "../registers/history";
import { Retiring } from "../registers/item_drawer";
import { type Editing, useItem } from "../registers/use_item";
import { DrawTools } from "./draw_tools";
import { margin, showBefore, showChosen } from "./layers";
import { type Drawing, useDrawing } from "./use_drawing";
import { words } from "./words";

const t = translator(words);

interface PanelProps {
  city: CityMap;
  register: Register;
  /** null makes a new one. */
  id: string | null;
  corners: () => readonly Corner[];
  onSaved: (item: Item | null) => void;
  onClose: () => void;
}

const fit = () => ({ padding: margin(), maxZoom: 16, duration: 0 });

/** Keep the map at what is edited: the shape, its band, and what was before. */
function useShownShape(city: CityMap, editing: Editing, drawing: boolean): void {
  const shape = (editing.draft.geometry as GeoJSON.Geometry | null | undefined) ?? null;
  const half = typeof editing.draft.half_width_m === "number" ? editing.draft.half_width_m : null;
  useEffect(() => showChosen(city, shape, half, drawing), [city, JSON.stringify(shape), half, drawing]);
  useEffect(() => () => (showChosen(city, null, null, false), showBefore(city, null)), [city]);
  useEffect(() => {
    const read = (editing.before?.geometry as GeoJSON.Geometry | null | undefined) ?? null;
    if (read) city.map.fitBounds(boundsOf(read), fit());
  }, [city, editing.before === null]);
}

function useEscape(onEscape: () => void): void {
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => event.key === "Escape" && !typing(event) && onEscape();
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  });
}

function Leaving({ onStay, onLeave }: { onStay: () => void; onLeave: () => void }) {
  return (
    <Dialog title={t("leave")} open onClose={onStay} footer={<><Button onClick={onStay}>{t("stay")}</Button><Button look="danger" onClick={onLeave}>{t("discard")}</Button></>}>
      <p>{t("leave_hint")}</p>
    </Dialog>
  );
}

interface FooterProps {
  editing: Editing;
  mayRetire: boolean;
  broken: boolean;
  onSave: (reason: string) => void;
  onDiscard: () => void;
  onRetire: () => void;
}

function Footer({ editing, mayRetire, broken, onSave, onDiscard, onRetire }: FooterProps) {
  const [reason, explain] = useState("");
  const dirty = Object.keys(editing.changed).length > 0;
  const drawn = Boolean(editing.draft.geometry);
  return (
    <footer>
      {dirty && <Input value={reason} maxLength={500} placeholder={t("reason")} aria-label={t("reason")} onValue={explain} />}
      {dirty && !drawn && <p class="muted" role="status">{t("no_shape")}</p>}
      <div class="row">
        {mayRetire && !dirty && <Button look="danger" icon="trash" onClick={onRetire}>{t("retire")}</Button>}
        <span class="grow" />
        {dirty && <Button onClick={onDiscard}>{t("discard")}</Button>}
        <Button look="primary" disabled={!dirty || !drawn || broken || editing.busy || editing.now !== null} onClick={() => (onSave(reason), explain(""))}>{t("save")}</Button>
      </div>
    </footer>
  );
}

export function ItemPanel({ city, register, id, corners, onSaved, onClose }: PanelProps) {
  const editing = useItem(register, id, city.crs);
  const [active, draw] = useState(id === null);
  const [turn, again] = useState(0);
  const [tab, choose] = useState("form");
  const [old, showOld] = useState<number | null>(null);
  const [asking, ask] = useState<"" | "leave" | "retire">("");
  const dirty = Object.keys(editing.changed).length > 0;
  const kind = register.geometry ?? "area";
  const mayEdit = may(register.permission);
  const drawing: Drawing = useDrawing({
    city, kind, active: active && mayEdit && editing.before !== null && editing.now === null, turn: `${turn} ${editing.before?.version ?? ""}`, corners,
    shape: (editing.draft.geometry as Shape | undefined) ?? null, onShape: (shape) => editing.set("geometry", shape),
  });
  useShownShape(city, editing, drawing.drawn !== null);
  const leave = () => (dirty ? ask("leave") : onClose());
  useEscape(() => {
    if (asking) return;
    if (drawing.drawn?.mode === "draw" && drawing.drawn.shape) drawing.drawer?.cancel();
    else if (active && id !== null) draw(false);
    else leave();
  });
  const save = async (reason: string) => {
    const saved = await editing.save(reason);
    if (!saved) return;
    draw(false);
    toast(t("saved"));
    onSaved(saved);
  };
  const discard = () => (editing.reset(), again(turn + 1), id === null ? onClose() : draw(false));
  const onShape = (shape: GeoJSON.Geometry | null, change: number | null) => {
    showOld(change);
    showBefore(city, shape && shownGeojson(shape, city.crs));
    if (shape) city.map.fitBounds(boundsOf(shownGeojson(shape, city.crs)), fit());
  };
  return (
    <>
      <header>
        <IconButton icon="arrow_left" label={t("back")} onClick={leave} />
        <h1 class="grow clip">{id === null ? t("new") : nameOf(editing.before ?? {}) || idOf(register, editing.before ?? {})}</h1>
        {mayEdit && !active && editing.before && <Button icon="edit" onClick={() => draw(true)}>{t("edit_shape")}</Button>}
      </header>
      {id !== null && may("register") && <Tabs tabs={[{ id: "form", label: t("form") }, { id: "history", label: t("history") }]} selected={tab} onSelect={(to) => (choose(to), onShape(null, null))} label={t("title")} />}
      <div class="place-body inset">
        <Refusal register={register} error={editing.error} faults={editing.faults} known={(name) => register.fields.some((field) => field.name === name)} />
        {"geometry" in editing.changed && id !== null && <div><Badge tone="notice">{t("shape_unsaved")}</Badge></div>}
        {!editing.before ? !editing.error && <Skeleton lines={8} /> : editing.now ? <Conflict register={register} editing={editing} /> : tab === "form"
          ? <ItemForm register={register} editing={editing} isNew={id === null} disabled={!mayEdit} />
          : <History key={editing.before.version} register={register} id={id ?? ""} onShape={onShape} shown={old} />}
        {old !== null && <p class="muted">{t("old_shape")}</p>}
      </div>
      {mayEdit && editing.before && <Footer editing={editing} mayRetire={register.may_retire && id !== null} broken={drawing.drawn?.broken ?? false} onSave={(reason) => void save(reason)} onDiscard={discard} onRetire={() => ask("retire")} />}
      {drawing.drawn && drawing.drawer && <DrawTools kind={kind} drawn={drawing.drawn} drawer={drawing.drawer} onDone={() => (drawing.drawn?.mode === "draw" && drawing.drawer?.cancel(), draw(false))} />}
      {asking === "leave" && <Leaving onStay={() => ask("")} onLeave={onClose} />}
      {asking === "retire" && <Retiring editing={editing} onDone={() => onSaved(null)} onClose={() => ask("")} />}
    </>
  );
}
