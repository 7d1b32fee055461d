/** A permit as it is printed: on paper it is read without the console. */
import type { ComponentChildren } from "preact";
import { Button, ErrorNote, fullTime, Skeleton } from "../../design";
import { translator } from "../../i18n";
import { useAnswer } from "../../lists/paged";
import { word } from "../registers/value_words";
import { words } from "./words";
import "./permits.css";

const t = translator(words);

type Named = { name?: string } | null;

const both = (id: string | undefined, item: Named): string => [item?.name, id].filter(Boolean).join(" · ");
const all = <Item extends NonNullable<Named>>(items: Item[], id: keyof Item): string => items.map((item) => both(String(item[id]), item)).join("；");

function Line({ label, children }: { label: string; children: ComponentChildren }) {
  return <tr><th scope="row">{label}</th><td>{children}</td></tr>;
}

export default function Sheet({ permit_id = "" }: Record<string, string>) {
  const { answer, error, reload } = useAnswer(`/v1/permits/${encodeURIComponent(permit_id)}/print`);
  if (error) return <div class="page"><ErrorNote error={error} onRetry={reload} /></div>;
  if (!answer) return <div class="page"><Skeleton lines={8} /></div>;
  const { permit } = answer;
  const hours = permit.windows?.map((window) => `${window.days ? `${window.days.join("/")} ` : ""}${window.from}–${window.to}`).join("；");
  return (
    <main class="permit-sheet">
      <div class="row no-print"><Button icon="arrow_left" href={`/console/permits?id=${encodeURIComponent(permit.permit_id)}`}>{t("back")}</Button><Button look="primary" icon="document" onClick={() => print()}>{t("print_now")}</Button></div>
      <article>
        <h1>{t("sheet")}</h1>
        <p class="number">{t("permit")} <span class="mono">{permit.permit_id}</span> · {word(permit.status)}</p>
        {permit.status !== "approved" && <p class="void">{t("not_in_force")}</p>}
        <table>
          <tbody>
            <Line label={t("company")}>{both(permit.company_id, answer.company) || t("anywhere")}</Line>
            <Line label={t("site")}>{both(permit.site_id, answer.site) || t("anywhere")}</Line>
            <Line label={t("dump_points")}>{all(answer.dump_points, "dump_point_id") || t("anywhere")}</Line>
            <Line label={t("corridors")}>{all(answer.corridors, "corridor_id") || t("anywhere")}</Line>
            <Line label={t("period")}>{permit.valid_from ? fullTime(permit.valid_from) : "…"} – {permit.valid_to ? fullTime(permit.valid_to) : "…"}</Line>
            <Line label={t("hours")}>{hours ?? t("any_time")}</Line>
            <Line label={t("plates")}>{permit.vehicle_ids ? answer.vehicles.map((truck) => truck.plate ?? truck.vehicle_id).join("、") : t("all_trucks")}</Line>
            <Line label={t("quota")}>{permit.quota.map((quota) => `${quota.amount} ${t(quota.unit)}`).join("；") || t("no_quota")}</Line>
            {permit.max_load_kg && <Line label={t("max_load")}>{permit.max_load_kg} kg</Line>}
            {permit.spoil && <Line label={t("spoil")}>{permit.spoil}</Line>}
            {permit.conditions && <Line label={t("conditions")}>{permit.conditions}</Line>}
            <Line label={t("issuer")}>{permit.issuer ?? ""}</Line>
          </tbody>
        </table>
        <p class="foot">{t("printed_at")} {fullTime(answer.printed_at)}</p>
      </article>
    </main>
  );
}
