/** Who may log in, as what, and the keys of programs. */
import { useState } from "preact/hooks";
import { patch, post, remove } from "../../api/client";
import type { Schema } from "../../api/schema";
import { Badge, Button, Check, type Column, Dialog, Drawer, ErrorNote, Field, Input, Select, shortTime, Tabs, toast, toastProblem } from "../../design";
import { translator } from "../../i18n";
import { List, ListPage } from "../../lists/list_page";
import { EditedMeanwhile, type Member, useMeanwhile } from "../../lists/meanwhile";
import { type Names, orNone, useNames } from "../../lists/names";
import { usePaged } from "../../lists/paged";
import { user as myself } from "../../session/session";
import { words } from "./words";
import "./users.css";

const t = translator(words);

const ROLES = ["administrator", "bureau", "district", "inspector", "company", "association", "public"] as const;
type Role = Schema<"UserAnswer">["role"];
/** What a program is narrowed to. */
const PERMISSIONS = ["look", "exchange", "export", "report"] as const;

type User = Schema<"UserAnswer">;
type Key = Schema<"ApiKey">;

const roleName = (role: Role) => t(role === "company" ? "company_role" : role);

/** A secret that is shown once. */
function Once({ title, secret, hint, onClose }: { title: string; secret: string; hint: string; onClose: () => void }) {
  const [copied, tell] = useState(false);
  const copy = () => navigator.clipboard.writeText(secret).then(() => tell(true), () => toast(t("copy_by_hand")));
  return (
    <Dialog title={title} open onClose={onClose} footer={<Button look="primary" onClick={onClose}>{t("done")}</Button>}>
      <p class="secret-row"><code class="mono secret grow">{secret}</code><Button icon="document" onClick={copy}>{t(copied ? "copied" : "copy")}</Button></p>
      <p class="muted">{hint}</p>
    </Dialog>
  );
}

const userColumns = (companies: Names, districts: Names): Column<User>[] => [
  { id: "name", label: t("name"), cell: (row) => <span class="mono">{row.name}</span> },
  { id: "display", label: t("display_name"), cell: (row) => <span class="strong">{row.display_name}</span> },
  { id: "role", label: t("role"), cell: (row) => <Badge tone={row.role === "administrator" ? "accent" : "plain"}>{roleName(row.role)}</Badge> },
  { id: "scope", label: t("scope"), cell: (row) => (row.company_id ? companies.of(row.company_id) : row.district_ids.map(districts.of).join(t("comma")) || t("all")) },
  { id: "login", label: t("last_login"), cell: (row) => <span class="nowrap">{row.last_login ? shortTime(row.last_login) : "–"}</span> },
  {
    id: "state", label: t("state"),
    cell: (row) => row.disabled_at ? <Badge tone="critical">{t("disabled")}</Badge> : row.must_change_password ? <Badge tone="warning">{t("must_change")}</Badge> : !row.has_password ? <Badge tone="outline">{t("no_password")}</Badge> : <Badge tone="good">{t("active")}</Badge>,
  },
];

interface Draft {
  name: string;
  display_name: string;
  role: Role;
  company_id: string;
  districts: string[];
}

const scopeOf = ({ role, company_id, districts }: Draft) => ({ company_id: role === "company" ? company_id : null, district_ids: role === "district" ? districts : [] });

interface UserFieldsProps {
  draft: Draft;
  change: (draft: Draft) => void;
  added: boolean;
  companies: Names;
  districts: Names;
}

function UserFields({ draft, change, added, companies, districts }: UserFieldsProps) {
  const toggle = (id: string, chosen: boolean) => change({ ...draft, districts: chosen ? [...draft.districts, id] : draft.districts.filter((one) => one !== id) });
  return (
    <>
      {added && <Field label={t("name")} hint={t("name_hint")}><Input value={draft.name} maxLength={40} autocomplete="off" required onValue={(name) => change({ ...draft, name })} /></Field>}
      <Field label={t("display_name")}><Input value={draft.display_name} maxLength={80} onValue={(display_name) => change({ ...draft, display_name })} /></Field>
      <Field label={t("role")} hint={t(`may_${draft.role}`)}><Select value={draft.role} onValue={(role) => change({ ...draft, role: role as Role })} choices={ROLES.map((value) => ({ value, label: roleName(value) }))} /></Field>
      {draft.role === "company" && <Field label={t("company")}><Select value={draft.company_id} choices={orNone(t("choose"), companies.choices)} onValue={(company_id) => change({ ...draft, company_id })} /></Field>}
      {draft.role === "district" && (
        <fieldset class="choices">
          <legend>{t("districts")}</legend>
          {districts.choices.map(({ value, label }) => <Check key={value} label={label} checked={draft.districts.includes(value)} onValue={(chosen) => toggle(value, chosen)} />)}
        </fieldset>
      )}
    </>
  );
}

interface EditorProps {
  companies: Names;
  districts: Names;
  onDone: () => void;
  onSecret: (secret: string) => void;
  onClose: () => void;
}

function AddUser({ onDone, onSecret, onClose, ...names }: EditorProps) {
  const [draft, change] = useState<Draft>({ name: "", display_name: "", role: "inspector", company_id: "", districts: [] });
  const [failed, fail] = useState<unknown>(null);
  const complete = draft.name.trim() && draft.display_name.trim() && (draft.role !== "company" || draft.company_id) && (draft.role !== "district" || draft.districts.length);
  const add = () => {
    if (!complete) return;
    const { name, display_name, role } = draft;
    post("/v1/users", { name, display_name, role, ...scopeOf(draft) }).then(({ password }) => {
      onDone();
      onClose();
      onSecret(password);
    }, fail);
  };
  return (
    <Dialog title={t("add")} open onClose={onClose} onSubmit={add} footer={<><Button onClick={onClose}>{t("cancel")}</Button><Button look="primary" type="submit" disabled={!complete}>{t("add")}</Button></>}>
      <ErrorNote error={failed} />
      <UserFields draft={draft} change={change} added {...names} />
    </Dialog>
  );
}

function EditUser({ row, onDone, onSecret, onClose, ...names }: EditorProps & { row: User }) {
  const [draft, change] = useState<Draft>({ name: row.name, display_name: row.display_name, role: row.role, company_id: row.company_id ?? "", districts: row.district_ids });
  const [asking, ask] = useState<"" | "disable" | "reset">("");
  const [failed, fail] = useState<unknown>(null);
  const path = `/v1/users/${encodeURIComponent(row.name)}` as const;
  const meanwhile = useMeanwhile();
  const done = () => (onDone(), onClose());
  const send = (changes: Schema<"UserChanges">, expected_revision: string | null = row.revision) => patch(path, { ...changes, expected_revision }).then(done, meanwhile.caught(fail));
  const [wanted, want] = useState<object>({});
  const changeTo = (changes: object) => (want(changes), void send(changes));
  const reset = () => post(`${path}/password`).then(({ password }) => (onDone(), onClose(), onSecret(password)), fail);
  return (
    <>
      <Drawer title={row.name} open onClose={onClose} onSubmit={() => changeTo({ display_name: draft.display_name, role: draft.role, ...scopeOf(draft) })}
        footer={
  asking ? (
            <>
              <span class="grow">{t(asking === "reset" ? "sure_reset" : "sure_disable")}</span>
              <Button onClick={() => ask("")}>{t("cancel")}</Button>
              <Button look="danger" onClick={() => (asking === "reset" ? reset() : changeTo({ disabled: true }))}>{t(asking)}</Button>
            </>
          ) : (
            <>
              {row.disabled_at
                ? <Button onClick={() => changeTo({ disabled: false })}>{t("enable")}</Button>
                : <Button look="danger" disabled={row.name === myself.value?.name} onClick={() => ask("disable")}>{t("disable")}</Button>}
              <Button icon="key" onClick={() => ask("reset")}>{t("reset")}</Button>
              <span class="grow" />
              <Button look="primary" type="submit">{t("save")}</Button>
            </>
          )
        }>
        <ErrorNote error={failed} />
        <UserFields draft={draft} change={change} added={false} {...names} />
      </Drawer>
      {meanwhile.found && (
        <EditedMeanwhile found={meanwhile.found} before={edited(row)} mine={{ ...edited(row), ...wanted }} members={members(names)} onKeep={done} onClose={meanwhile.clear}
          onSave={(chosen, revision) => void send(chosen, revision)} />
      )}
    </>
  );
}

/** What of a user people edit. */
const edited = ({ display_name, role, company_id, district_ids, disabled_at }: User) => ({ display_name, role, company_id, district_ids, disabled: disabled_at !== null });

const members = ({ companies, districts }: { companies: Names; districts: Names }): Member[] => [
  { name: "display_name", label: t("display_name") },
  { name: "role", label: t("role"), shown: (value) => roleName(value as Role) },
  { name: "company_id", label: t("company"), shown: (value) => (value ? companies.of(String(value)) : "–") },
  { name: "district_ids", label: t("districts"), shown: (value) => (value as string[]).map(districts.of).join(t("comma")) || "–" },
  { name: "disabled", label: t("disabled") },
];

const permissionName = (name: string) => (`permission_${name}` in words.zh ? t(`permission_${name}` as "permission_look") : name);

const keyColumns = (onRevoke: (row: Key) => void): Column<Key>[] => [
  { id: "label", label: t("label"), cell: (row) => <span class="strong">{row.label}</span> },
  { id: "user", label: t("user"), cell: (row) => <span class="mono">{row.user}</span> },
  { id: "permissions", label: t("permissions"), cell: (row) => row.permissions?.map(permissionName).join(t("comma")) ?? t("all_of_user") },
  { id: "made", label: t("made"), cell: (row) => <span class="nowrap">{shortTime(row.created_at)}</span> },
  { id: "expires", label: t("expires"), cell: (row) => (row.expires_at ? shortTime(row.expires_at) : t("never")) },
  { id: "do", label: "", end: true, cell: (row) => (row.revoked_at ? <Badge tone="outline">{t("revoked")}</Badge> : <Button look="quiet" onClick={() => onRevoke(row)}>{t("revoke")}</Button>) },
];

function MakeKey({ onDone, onSecret, onClose }: { onDone: () => void; onSecret: (secret: string) => void; onClose: () => void }) {
  const [draft, change] = useState({ user: "", label: "", days: "365", permission: "" as (typeof PERMISSIONS)[number] | "" });
  const [failed, fail] = useState<unknown>(null);
  const complete = draft.user.trim() && draft.label.trim();
  const make = () =>
    post("/v1/api-keys", { user: draft.user.trim(), label: draft.label.trim(), permissions: draft.permission ? [draft.permission] : null, valid_days: draft.days ? Number(draft.days) : null }).then(({ key }) => {
      onDone();
      onClose();
      onSecret(key);
    }, fail);
  return (
    <Dialog title={t("make_key")} open onClose={onClose} onSubmit={() => complete && void make()} footer={<><Button onClick={onClose}>{t("cancel")}</Button><Button look="primary" type="submit" disabled={!complete}>{t("make_key")}</Button></>}>
      <ErrorNote error={failed} />
      <Field label={t("user")} hint={t("key_user_hint")}><Input value={draft.user} onValue={(user) => change({ ...draft, user })} /></Field>
      <Field label={t("label")}><Input value={draft.label} maxLength={100} onValue={(label) => change({ ...draft, label })} /></Field>
      <Field label={t("permissions")}><Select value={draft.permission} choices={orNone(t("all_of_user"), PERMISSIONS.map((value) => ({ value, label: t(`permission_${value}`) })))} onValue={(permission) => change({ ...draft, permission: permission as typeof draft.permission })} /></Field>
      <Field label={t("days")}><Input type="number" min={1} max={3650} value={draft.days} onValue={(days) => change({ ...draft, days })} /></Field>
    </Dialog>
  );
}

export default function Users() {
  const [tab, show] = useState("users");
  const [opened, open] = useState<string | null>(null);
  const [adding, add] = useState(false);
  const [secret, tell] = useState<{ title: string; secret: string; hint: string } | null>(null);
  const [role, narrow] = useState<Role | "">("");
  const [text, find] = useState("");
  const [revoking, revokeOne] = useState<Key | null>(null);
  const names = { companies: useNames("companies"), districts: useNames("districts") };
  const users = usePaged("/v1/users", "users", { role, search: text.trim() });
  const keys = usePaged("/v1/api-keys", "keys");
  const row = users.rows.find((one) => one.name === opened);
  const revoke = (key: Key) => remove(`/v1/api-keys/${encodeURIComponent(key.key_id)}`).then(() => (keys.reload(), revokeOne(null)), toastProblem);
  const password = (value: string) => tell({ title: t("password"), secret: value, hint: t("password_once") });
  return (
    <ListPage title={t("title")} tools={<Button look="primary" icon="plus" onClick={() => add(true)}>{t(tab === "users" ? "add" : "make_key")}</Button>}
      filters={tab === "users" && (
        <>
          <Field label={t("role")}><Select value={role} onValue={(value) => narrow(value as typeof role)} choices={orNone(t("all"), ROLES.map((value) => ({ value, label: roleName(value) })))} /></Field>
          <Field label={t("search")}><Input type="search" value={text} maxLength={80} onValue={find} /></Field>
        </>
      )}>
      <Tabs label={t("title")} selected={tab} onSelect={show} tabs={(["users", "keys"] as const).map((id) => ({ id, label: t(id) }))} />
      {tab === "users"
        ? <List list={users} icon="users" columns={userColumns(names.companies, names.districts)} id={(one) => one.name} caption={t("users")} selected={opened} onOpen={(one) => open(one.name)} />
        : <List list={keys} icon="key" empty={t("no_keys")} columns={keyColumns(revokeOne)} id={(one) => one.key_id} caption={t("keys")} />}
      {row && <EditUser key={row.name} row={row} {...names} onDone={users.reload} onSecret={password} onClose={() => open(null)} />}
      {adding && tab === "users" && <AddUser {...names} onDone={users.reload} onSecret={password} onClose={() => add(false)} />}
      {adding && tab === "keys" && <MakeKey onDone={keys.reload} onSecret={(value) => tell({ title: t("key"), secret: value, hint: t("key_once") })} onClose={() => add(false)} />}
      {revoking && (
        <Dialog title={t("revoke")} open onClose={() => revokeOne(null)}
          footer={<><Button onClick={() => revokeOne(null)}>{t("cancel")}</Button><Button look="danger" onClick={() => void revoke(revoking)}>{t("revoke")}</Button></>}>
          <p>{t("sure_revoke", { label: revoking.label, user: revoking.user })}</p>
        </Dialog>
      )}
      {secret && <Once {...secret} onClose={() => tell(null)} />}
    </ListPage>
  );
}
