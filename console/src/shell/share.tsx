/** A button that gives out a link with an expiry to one case or one playback, and takes it back. */
import { useEffect, useRef, useState } from "preact/hooks";
import { get, post, remove } from "../api/client";
import type { Schema } from "../api/schema";
import { Button, Check, Dialog, Field, Input, Select, shortTime, toast, toastProblem } from "../design";
import { translator } from "../i18n";
import { words } from "./share_words";

const t = translator(words);

export type Shareable = { kind: "case"; case_id: string } | { kind: "playback"; vehicle_id: string; from: string; to: string };

type Share = Schema<"ShareShown">;

const HOURS = [1, 8, 24, 72, 168];
const lasts = (hours: number) => (hours > 24 ? t("days", { count: hours / 24 }) : t("hours", { count: hours }));

const isOf = (what: Shareable) => (one: Share) =>
  one.in_force && (what.kind === "case" ? one.case_id === what.case_id : one.vehicle_id === what.vehicle_id && Date.parse(one.start!) === Date.parse(what.from));

/** Copy where the browser allows it, which it does over TLS; else leave it selected. */
async function copy(field: HTMLInputElement | null): Promise<void> {
  field?.select();
  if (!field || !navigator.clipboard) return;
  await navigator.clipboard.writeText(field.value).then(() => toast(t("copied")), () => {});
}

function ShareDialog({ what, onClose }: { what: Shareable; onClose: () => void }) {
  const [hours, choose] = useState("24");
  const [masked, mask] = useState(false);
  const [link, show] = useState<string | null>(null);
  const [busy, work] = useState(false);
  const [others, list] = useState<Share[]>([]);
  const field = useRef<HTMLDivElement>(null);
  const load = () => get("/v1/shares").then(({ shares }) => list(shares.filter(isOf(what))), toastProblem);
  useEffect(() => void load(), []);
  const make = () => {
    work(true);
    post("/v1/shares", { ...what, hours: Number(hours), masked })
      .then(({ path }) => (show(location.origin + path), load()), toastProblem)
      .finally(() => work(false));
  };
  const revoke = ({ share_id }: Share) => remove(`/v1/shares/${share_id}`).then(() => (toast(t("revoked")), load()), toastProblem);
  return (
    <Dialog title={t("title")} open onClose={onClose} onSubmit={make}
      footer={<><Button onClick={onClose}>{t("close")}</Button>{!link && <Button look="primary" icon="link" type="submit" disabled={busy}>{t("make")}</Button>}</>}>
      <p class="muted">{t("hint")}</p>
      {link ? (
        <>
          <div class="row share-link" ref={field}>
            <div class="grow"><Input readOnly aria-label={t("link")} value={link} /></div>
            <Button look="primary" icon="link" onClick={() => void copy(field.current?.querySelector("input") ?? null)}>{t("copy")}</Button>
          </div>
          <p class="muted">{t("once")}</p>
        </>
      ) : (
        <>
          <Field label={t("lasts")}><Select value={hours} onValue={choose} choices={HOURS.map((count) => ({ value: String(count), label: lasts(count) }))} /></Field>
          <Check label={t("masked")} checked={masked} onValue={mask} />
        </>
      )}
      {others.length > 0 && (
        <section class="stack">
          <h3>{t("yours")}</h3>
          <ul>
            {others.map((one) => (
              <li class="row between" key={one.share_id}>
                <span class="muted">{t("until", { time: shortTime(one.expires_at) })}{one.masked && ` · ${t("is_masked")}`}</span>
                <Button look="quiet" onClick={() => void revoke(one)}>{t("revoke")}</Button>
              </li>
            ))}
          </ul>
        </section>
      )}
    </Dialog>
  );
}

export function ShareButton({ what, look = "plain" }: { what: Shareable; look?: "plain" | "quiet" }) {
  const [open, show] = useState(false);
  return (
    <>
      <Button look={look} icon="link" data-share={what.kind} onClick={() => show(true)}>{t("share")}</Button>
      {open && <ShareDialog what={what} onClose={() => show(false)} />}
    </>
  );
}
