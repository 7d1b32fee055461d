/** One item beside its list: its form, its history, and taking it out of service. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Button, Dialog, Drawer, Field, Input, Skeleton, Tabs, toast } from "../../design";
import { translator } from "../../i18n";
import { may } from "../../session/session";
import { Conflict } from "./conflict";
import { type Item, nameOf, named, type Register } from "./description";
import { Refusal } from "./faults";
import { ItemForm } from "./form";
import { History } from "./history";
import { type Editing, useItem } from "./use_item";
import { words } from "./words";

const t = translator(words);

export function Retiring({ editing, onDone, onClose }: { editing: Editing; onDone: () => void; onClose: () => void }) {
  const [reason, explain] = useState("");
  const retire = async () => {
    if (await editing.retire(reason)) (toast(t("retired")), onDone());
    onClose();
  };
  return (
    <Dialog title={t("retire")} open onClose={onClose} onSubmit={() => void retire()}
      footer={<><Button onClick={onClose}>{t("cancel")}</Button><Button look="danger" type="submit" disabled={editing.busy}>{t("retire")}</Button></>}>
      <p>{t("retire_ask")}</p>
      <Field label={t("reason")} hint={t("reason_hint")}><Input value={reason} maxLength={500} onValue={explain} /></Field>
    </Dialog>
  );
}

interface DrawerProps {
  register: Register;
  /** null makes a new one. */
  id: string | null;
  onDone: (item: Item | null) => void;
  onClose: () => void;
  /** Further tabs, in front of the form: what this register tells beyond its members. */
  more?: { id: string; label: string; content: (item: Item, reload: () => void) => ComponentChildren }[];
  without?: readonly string[];
}

export function ItemDrawer({ register, id, onDone, onClose, more = [], without }: DrawerProps) {
  const editing = useItem(register, id);
  const [tab, turn] = useState(more[0]?.id ?? "form");
  const [reason, explain] = useState("");
  const [retiring, ask] = useState(false);
  const mayEdit = register.may_write && may(register.permission) && may("register") && !(register.geometry && id === null);
  const dirty = Object.keys(editing.changed).length > 0;
  const save = async () => {
    if (!dirty || editing.now) return;
    const saved = await editing.save(reason);
    if (!saved) return;
    toast(t("saved"));
    explain("");
    onDone(saved);
  };
  const onForm = tab === "form" || id === null;
  const footer = mayEdit && onForm && (
    <>
      {register.may_retire && id !== null && !dirty && <Button look="danger" icon="trash" onClick={() => ask(true)}>{t("retire")}</Button>}
      {dirty && <Input value={reason} maxLength={500} placeholder={t("reason")} aria-label={t("reason")} onValue={explain} />}
      {dirty && id !== null && <Button onClick={editing.reset}>{t("discard")}</Button>}
      <Button look="primary" type="submit" disabled={!dirty || editing.busy || editing.now !== null}>{t("save")}</Button>
    </>
  );
  const title = id === null ? `${t("new")} · ${named(register)}` : [nameOf(editing.before ?? {}), id].filter(Boolean).join(" · ");
  const tabs = [...more.map((one) => ({ id: one.id, label: one.label })), { id: "form", label: t("form") }, ...(may("register") && register.may_write ? [{ id: "history", label: t("history") }] : [])];
  const extra = more.find((one) => one.id === tab);
  return (
    <Drawer title={title} open onClose={onClose} onSubmit={() => void save()} footer={footer}>
      {id !== null && tabs.length > 1 && <Tabs tabs={tabs} selected={tab} onSelect={turn} label={title} />}
      <Refusal register={register} error={editing.error} faults={editing.faults} known={(name) => register.fields.some((field) => field.name === name)} />
      {!editing.before ? !editing.error && <Skeleton lines={8} /> : editing.now ? <Conflict register={register} editing={editing} /> : (
        <>
          {extra && id !== null && extra.content(editing.before, editing.reload)}
          {onForm && (
            <>
              {!register.may_create && register.may_write && <p class="muted">{t("also_device")}</p>}
              {!register.may_write && <p class="muted">{t("read_only")}</p>}
              {register.geometry && id !== null && <Button icon="pin" href={`/console/places?register=${register.name}&id=${encodeURIComponent(id)}`}>{t("on_map")}</Button>}
              <ItemForm register={register} editing={editing} isNew={id === null} disabled={!mayEdit} without={without} />
            </>
          )}
          {tab === "history" && id !== null && <History key={editing.before.version} register={register} id={id} />}
        </>
      )}
      {retiring && <Retiring editing={editing} onDone={() => onDone(null)} onClose={() => ask(false)} />}
    </Drawer>
  );
}

