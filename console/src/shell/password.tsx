/** Changing the own password: from the account's menu, and before anything else where the bureau gave one out. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Button, Dialog, ErrorNote, Field, Input, toast } from "../design";
import { translator } from "../i18n";
import { changePassword, logOut } from "../session/session";
import { Mark } from "./mark";
import { words } from "./words";
import "./login.css";

const t = translator(words);

interface Change {
  fields: ComponentChildren;
  ready: boolean;
  save: () => Promise<boolean>;
}

function useChange(): Change {
  const [old, setOld] = useState("");
  const [fresh, setFresh] = useState("");
  const [again, setAgain] = useState("");
  const [failed, fail] = useState<unknown>(null);
  const differ = again !== "" && again !== fresh;
  const save = () => {
    fail(null);
    return changePassword(old, fresh).then(() => (toast(t("password_changed")), true), (error: unknown) => (fail(error), false));
  };
  const fields = (
    <>
      <Field label={t("old_password")}><Input type="password" autocomplete="current-password" maxLength={200} value={old} onValue={setOld} /></Field>
      <Field label={t("new_password")} hint={t("password_hint")}><Input type="password" autocomplete="new-password" maxLength={200} value={fresh} onValue={setFresh} /></Field>
      <Field label={t("again")} wrong={differ ? t("not_the_same") : null}><Input type="password" autocomplete="new-password" maxLength={200} value={again} onValue={setAgain} /></Field>
      <ErrorNote error={failed} />
    </>
  );
  return { fields, ready: old !== "" && fresh !== "" && again === fresh, save };
}

function Inside({ onClose }: { onClose: () => void }) {
  const { fields, ready, save } = useChange();
  const submit = async () => {
    if (await save()) onClose();
  };
  return (
    <Dialog title={t("change_password")} open onClose={onClose} onSubmit={() => ready && submit()} footer={<Button look="primary" type="submit" disabled={!ready}>{t("save")}</Button>}>
      {fields}
    </Dialog>
  );
}

export function PasswordDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  return open ? <Inside onClose={onClose} /> : null;
}

/** Stands in the place of every page until the password that was given out has been changed. */
export function FirstPassword() {
  const { fields, ready, save } = useChange();
  const submit = (event: Event) => {
    event.preventDefault();
    if (ready) void save();
  };
  return (
    <main class="login">
      <form class="panel floating" onSubmit={submit}>
        <div class="brand"><Mark /><div><h1>{t("change_password")}</h1><p class="muted">{t("must_change")}</p></div></div>
        {fields}
        <Button look="primary" type="submit" disabled={!ready}>{t("save")}</Button>
        <Button look="quiet" onClick={() => void logOut()}>{t("log_out")}</Button>
      </form>
    </main>
  );
}
