/** Trucks that were near the place of a report: which of them it was, somebody confirms. */
import { Button, clockTime, toastProblem } from "../../design";
import { translator } from "../../i18n";
import type { CaseDetail } from "./case";
import { words } from "./words";
import { takeStep } from "./work";

const t = translator(words);

export function Candidates({ detail, onChanged }: { detail: CaseDetail; onChanged: (detail: CaseDetail) => void }) {
  const found = detail.candidates ?? [];
  if (found.length === 0) return null;
  const confirm = async (vehicle_id: string) => {
    const outcome = await takeStep(detail.case_id, { step: "confirm_vehicle", expected_version: detail.version, vehicle_id });
    onChanged("taken" in outcome ? outcome.taken : outcome.moved);
  };
  return (
    <section class="candidates">
      <h3>{t("candidates")}</h3>
      <ul>
        {found.map((truck) => (
          <li key={truck.vehicle_id} class="row">
            <a class="plate grow" href={`/console/trucks/${encodeURIComponent(truck.vehicle_id)}`}>{truck.plate ?? truck.vehicle_id}</a>
            <span class="muted">{t("distance", { metres: Math.round(truck.distance_m) })} · {clockTime(truck.at)}</span>
            {detail.allowed_steps.includes("confirm_vehicle") && truck.vehicle_id !== detail.vehicle_id && (
              <Button look="quiet" icon="check" onClick={() => void confirm(truck.vehicle_id).catch(toastProblem)}>{t("confirm")}</Button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
