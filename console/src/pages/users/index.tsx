/** Who may log in, as what, and the keys of programs. */
import { useState } from "preact/hooks";
import { patch, post, remove } from "../../api/client";
import { Badge, Button, type Column, Dialog, Drawer, Field, Input, Select, shortTime, Tabs, toastProblem } from "../../design";
import { translator } from "../../i18n";
import { List, ListPage } from "../../lists/list_page";
import { usePaged } from "../../lists/paged";
import { words } from "./words";

const t = translator(words);

const ROLES = ["administrator", "bureau", "district", "inspector", "company", "association", "public"] as const;
type Role = (typeof ROLES)[number];

interface User {
  name: string;
  display_name: string;
  role: Role;
  company_id: string | null;
  district_ids: string[];
  must_change_password: boolean;
  has_password: boolean;
  disabled_at: string | null;
  last_login: string | null;
}

interface Key {
  key_id: string;
  user: string;
  label: string;
  permissions: string[] | null;
  created_at: string;
  expires_at: string | null;
  revoked_at: string | null;
}

const roleName = (role: Role) => t(role === "company" ? "company_role" : role);
const listed = (text: string) => text.split(/[,，\s]+/).filter(Boolean);

/** A secret that is shown once. */
function Once({ title, secret, hint, onClose }: { title: string; secret: string; hint: string; onClose: () => void }) {
  return (
    <Dialog title={title} open onClose={onClose} footer={<Button look="primary" onClick={onClose}>{t("done")}</Button>}>
      <p><code class="mono secret">{secret}</code></p>
      <p class="muted">{hint}</p>
    </Dialog>
  );
}

const userColumns = (): Column<User>[] => [
  { id: "name", label: t("name"), cell: (row) => <span class="mono">{row.name}</span> },
  { id: "display", label: t("display_name"), cell: (row) => <span class="strong">{row.display_name}</span> },
  { id: "role", label: t("role"), cell: (row) => <Badge tone={row.role === "administrator" ? "accent" : "plain"}>{roleName(row.role)}</Badge> },
  { id: "scope", label: t("scope"), cell: (row) => row.company_id ?? (row.district_ids.join(", ") || t("all")) },
  { id: "login", label: t("last_login"), cell: (row) => (row.last_login ? shortTime(row.last_login) : "–") },
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
  districts: string;
}

const scopeOf = ({ role, company_id, districts }: Draft) => ({ company_id: role === "company" ? company_id.trim() : null, district_ids: role === "district" ? listed(districts) : [] });

function UserFields({ draft, change, added }: { draft: Draft; change: (draft: Draft) => void; added: boolean }) {
  return (
    <>
      {added && <Field label={t("name")}><Input value={draft.name} maxLength={40} autocomplete="off" onValue={(name) => change({ ...draft, name })} /></Field>}
      <Field label={t("display_name")}><Input value={draft.display_name} maxLength={80} onValue={(display_name) => change({ ...draft, display_name })} /></Field>
      <Field label={t("role")}><Select value={draft.role} onValue={(role) => change({ ...draft, role: role as Role })} choices={ROLES.map((value) => ({ value, label: roleName(value) }))} /></Field>
      {draft.role === "company" && <Field label={t("company")}><Input value={draft.company_id} onValue={(company_id) => change({ ...draft, company_id })} /></Field>}
      {draft.role === "district" && <Field label={t("districts")}><Input value={draft.districts} onValue={(districts) => change({ ...draft, districts })} /></Field>}
    </>
  );
}

function AddUser({ onDone, onSecret, onClose }: { onDone: () => void; onSecret: (secret: string) => void; onClose: () => void }) {
  const [draft, change] = useState<Draft>({ name: "", display_name: "", role: "inspector", company_id: "", districts: "" });
  const add = () => {
    const { name, display_name, role } = draft;
    post<{ password: string }>("/v1/users", { name, display_name, role, ...scopeOf(draft) }).then(({ password }) => {
      onDone();
      onClose();
      onSecret(password);
    }, toastProblem);
  };
  return (
    <Dialog title={t("add")} open onClose={onClose} onSubmit={add} footer={<><Button onClick={onClose}>{t("cancel")}</Button><Button look="primary" type="submit">{t("add")}</Button></>}>
      <UserFields draft={draft} change={change} added />
    </Dialog>
  );
}

function EditUser({ row, onDone, onSecret, onClose }: { row: User; onDone: () => void; onSecret: (secret: string) => void; onClose: () => void }) {
  const [draft, change] = useState<Draft>({ name: row.name, display_name: row.display_name, role: row.role, company_id: row.company_id ?? "", districts: row.district_ids.join(", ") });
  const path = `/v1/users/${encodeURIComponent(row.name)}`;
  const send = (changes: unknown) => patch(path, changes).then(() => (onDone(), onClose()), toastProblem);
  const reset = () => post<{ password: string }>(`${path}/password`).then(({ password }) => (onDone(), onClose(), onSecret(password)), toastProblem);
  return (
    <Drawer title={row.name} open onClose={onClose} onSubmit={() => send({ display_name: draft.display_name, role: draft.role, ...scopeOf(draft) })}
      footer={
        <>
          <Button look={row.disabled_at ? "plain" : "danger"} onClick={() => send({ disabled: !row.disabled_at })}>{t(row.disabled_at ? "enable" : "disable")}</Button>
          <Button icon="key" onClick={reset}>{t("reset")}</Button>
          <span class="grow" />
          <Button look="primary" type="submit">{t("save")}</Button>
        </>
      }>
      <UserFields draft={draft} change={change} added={false} />
    </Drawer>
  );
}

const keyColumns = (onRevoke: (row: Key) => void): Column<Key>[] => [
  { id: "label", label: t("label"), cell: (row) => <span class="strong">{row.label}</span> },
  { id: "user", label: t("user"), cell: (row) => <span class="mono">{row.user}</span> },
  { id: "permissions", label: t("permissions"), cell: (row) => row.permissions?.join(", ") ?? t("all") },
  { id: "made", label: t("made"), cell: (row) => shortTime(row.created_at) },
  { id: "expires", label: t("expires"), cell: (row) => (row.expires_at ? shortTime(row.expires_at) : t("never")) },
  { id: "do", label: "", end: true, cell: (row) => (row.revoked_at ? <Badge tone="outline">{t("revoked")}</Badge> : <Button look="quiet" onClick={() => onRevoke(row)}>{t("revoke")}</Button>) },
];

function MakeKey({ onDone, onSecret, onClose }: { onDone: () => void; onSecret: (secret: string) => void; onClose: () => void }) {
  const [draft, change] = useState({ user: "", label: "", days: "" });
  const make = () =>
    post<{ key: string }>("/v1/api-keys", { user: draft.user, label: draft.label, valid_days: draft.days ? Number(draft.days) : null }).then(({ key }) => {
      onDone();
      onClose();
      onSecret(key);
    }, toastProblem);
  return (
    <Dialog title={t("make_key")} open onClose={onClose} onSubmit={make} footer={<><Button onClick={onClose}>{t("cancel")}</Button><Button look="primary" type="submit">{t("make_key")}</Button></>}>
      <Field label={t("user")}><Input value={draft.user} onValue={(user) => change({ ...draft, user })} /></Field>
      <Field label={t("label")}><Input value={draft.label} maxLength={100} onValue={(label) => change({ ...draft, label })} /></Field>
      <Field label={t("days")}><Input type="number" min={1} max={3650} value={draft.days} onValue={(days) => change({ ...draft, days })} /></Field>
    </Dialog>
  );
}

export default function Users() {
  const [tab, show] = useState("users");
  const [opened, open] = useState<string | null>(null);
  const [adding, add] = useState(false);
  const [secret, tell] = useState<{ title: string; secret: string; hint: string } | null>(null);
  const users = usePaged<User>("/v1/users", "users");
  const keys = usePaged<Key>("/v1/api-keys", "keys");
  const row = users.rows.find((one) => one.name === opened);
  const revoke = (key: Key) => remove(`/v1/api-keys/${key.key_id}`).then(keys.reload, toastProblem);
  const password = (value: string) => tell({ title: t("password"), secret: value, hint: t("password_once") });
  return (
    <ListPage title={t("title")} tools={<Button look="primary" icon="plus" onClick={() => add(true)}>{t(tab === "users" ? "add" : "make_key")}</Button>}>
      <Tabs label={t("title")} selected={tab} onSelect={show} tabs={(["users", "keys"] as const).map((id) => ({ id, label: t(id) }))} />
      {tab === "users"
        ? <List list={users} columns={userColumns()} id={(one) => one.name} caption={t("users")} selected={opened} onOpen={(one) => open(one.name)} />
        : <List list={keys} columns={keyColumns(revoke)} id={(one) => one.key_id} caption={t("keys")} />}
      {row && <EditUser key={row.name} row={row} onDone={users.reload} onSecret={password} onClose={() => open(null)} />}
      {adding && tab === "users" && <AddUser onDone={users.reload} onSecret={password} onClose={() => add(false)} />}
      {adding && tab === "keys" && <MakeKey onDone={keys.reload} onSecret={(value) => tell({ title: t("key"), secret: value, hint: t("key_once") })} onClose={() => add(false)} />}
      {secret && <Once {...secret} onClose={() => tell(null)} />}
    </ListPage>
  );
}
