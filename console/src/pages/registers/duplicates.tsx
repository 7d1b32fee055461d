/** Trucks of one plate, companies of one name: looked at, and made one. */
import { useState } from "preact/hooks";
import { post } from "../../api/client";
import type { Schema } from "../../api/schema";
import { Button, Dialog, Empty, ErrorNote, Field, Input, Skeleton, toast, toastProblem } from "../../design";
import { translator } from "../../i18n";
import { useAnswer } from "../../lists/paged";
import type { Register } from "./description";
import { words } from "./words";

const t = translator(words);

type Group = Schema<"SameItems">;

/** Registers whose duplicates the API finds. */
export const HAS_DUPLICATES: Record<string, "vehicles" | "companies"> = { "vehicle-register": "vehicles", companies: "companies" };

function Same({ register, group, onMerged }: { register: Register; group: Group; onMerged: () => void }) {
  const [keep, choose] = useState(group.ids[0] ?? "");
  const [reason, explain] = useState("");
  const merge = () => {
    const others = group.ids.filter((id) => id !== keep);
    post("/v1/merges", { kind: group.kind, keep, merge: others, reason: reason.trim() }).then(() => (toast(t("merged")), onMerged()), toastProblem);
  };
  return (
    <fieldset class="same" data-same={group.name}>
      <legend>{group.name}</legend>
      <div class="row wrap">
        {group.ids.map((id) => (
          <label class="check" key={id}><input type="radio" name={`keep ${group.name}`} checked={keep === id} onChange={() => choose(id)} /><span>{t("keep_one")} <a href={`/console/registers?register=${register.name}&id=${encodeURIComponent(id)}`} class="mono">{id}</a></span></label>
        ))}
      </div>
      <div class="row"><div class="grow"><Field label={t("reason")}><Input value={reason} maxLength={500} onValue={explain} /></Field></div><Button icon="link" disabled={!reason.trim()} onClick={merge}>{t("merge")}</Button></div>
    </fieldset>
  );
}

export function Duplicates({ register, onMerged, onClose }: { register: Register; onMerged: () => void; onClose: () => void }) {
  const { answer, error, reload } = useAnswer("/v1/duplicates", { kind: HAS_DUPLICATES[register.name] });
  const done = () => (reload(), onMerged());
  return (
    <Dialog title={t("duplicates")} open onClose={onClose}>
      <p class="muted">{t("merge_hint")}</p>
      <ErrorNote error={error} onRetry={reload} />
      {!answer && !error && <Skeleton />}
      {answer && !answer.duplicates.length && <Empty icon="check">{t("none_same")}</Empty>}
      {answer?.duplicates.map((group) => <Same key={group.ids.join()} register={register} group={group} onMerged={done} />)}
    </Dialog>
  );
}
