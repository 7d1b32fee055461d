/** Papers for one load, issued by hand. */
import { useState } from "preact/hooks";
import { serverNow_ms } from "../../api/clock";
import { post } from "../../api/client";
import type { Schema } from "../../api/schema";
import { Button, Dialog, ErrorNote, Field, Input, Select } from "../../design";
import { translator } from "../../i18n";
import { type Names, orNone } from "../../lists/names";
import { TruckField } from "../../lists/truck_fields";
import { words } from "./words";

const t = translator(words);

/** A number of today that nobody else gives out at the same second. */
export function proposedNo(now: Date): string {
  const day = new Date(now.getTime() + 8 * 3600_000).toISOString();
  return `M${day.slice(0, 10).replaceAll("-", "")}-${day.slice(11, 19).replaceAll(":", "")}`;
}

interface Props {
  sites: Names;
  dumps: Names;
  onDone: () => void;
  onClose: () => void;
}

export function Issue({ sites, dumps, onDone, onClose }: Props) {
  const [order, change] = useState({ manifest_no: proposedNo(new Date(serverNow_ms())), vehicle_id: "", site_id: "", dump_point_id: "", permit_id: "", driver_id: "", material: "工程渣土", planned_t: "" });
  const [failed, fail] = useState<unknown>(null);
  const [busy, wait] = useState(false);
  const set = (name: keyof typeof order) => (value: string) => change((was) => ({ ...was, [name]: value }));
  const complete = order.manifest_no && order.vehicle_id && order.site_id && order.dump_point_id;
  const submit = async () => {
    if (!complete || busy) return;
    const { planned_t, ...texts } = order;
    const given = Object.fromEntries(Object.entries(texts).filter(([, value]) => value.trim() !== "")) as Omit<Schema<"ManifestOrder">, "planned_kg">;
    wait(true);
    await post("/v1/manifests", { ...given, ...(planned_t && { planned_kg: Number(planned_t) * 1000 }) }).then(() => (onDone(), onClose()), fail);
    wait(false);
  };
  const text = (name: "permit_id" | "driver_id" | "material") => <Input value={order[name]} maxLength={100} onValue={set(name)} />;
  return (
    <Dialog title={t("new")} open onClose={onClose} onSubmit={() => void submit()}
      footer={<><Button onClick={onClose}>{t("cancel")}</Button><Button look="primary" type="submit" disabled={!complete || busy}>{t("issue")}</Button></>}>
      <ErrorNote error={failed} />
      <div class="columns">
        <Field label={t("manifest")}><Input value={order.manifest_no} maxLength={32} onValue={(value) => set("manifest_no")(value.toUpperCase())} /></Field>
        <TruckField label={t("truck")} onTruck={set("vehicle_id")} />
        <Field label={t("site")}><Select value={order.site_id} choices={orNone(t("choose"), sites.choices)} onValue={set("site_id")} /></Field>
        <Field label={t("dump_point")}><Select value={order.dump_point_id} choices={orNone(t("choose"), dumps.choices)} onValue={set("dump_point_id")} /></Field>
        <Field label={t("permit")}>{text("permit_id")}</Field>
        <Field label={t("driver")}>{text("driver_id")}</Field>
        <Field label={t("material")}>{text("material")}</Field>
        <Field label={t("planned_load")}><Input type="number" min={0.1} max={200} step={0.1} value={order.planned_t} onValue={set("planned_t")} /></Field>
      </div>
    </Dialog>
  );
}
