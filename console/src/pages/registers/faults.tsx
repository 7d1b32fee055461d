/** What is wrong with items, as the API told it: which row and column, what was expected, what came. */
import { ErrorNote } from "../../design";
import { translator } from "../../i18n";
import { fieldLabel, type Register } from "./description";
import { expectedOf, type Fault, gotOf } from "./use_item";
import { words } from "./words";

const t = translator(words);

export function FaultList({ register, faults, rows = false }: { register: Register; faults: Fault[]; rows?: boolean }) {
  const label = (name: string | null) => {
    const field = register.fields.find((one) => one.name === name);
    return field ? fieldLabel(field) : name === "geometry" ? t("geometry") : (name ?? "–");
  };
  return (
    <div class="fault-list" role="alert">
      <p class="strong">{t("faults", { count: faults.length })}</p>
      <div class="table-frame">
        <table class="table">
          <thead>
            <tr>{rows && <th scope="col" class="end">{t("row")}</th>}{rows && <th scope="col">{t("item")}</th>}<th scope="col">{t(rows ? "column" : "field")}</th><th scope="col">{t("expected")}</th><th scope="col">{t("got")}</th></tr>
          </thead>
          <tbody>
            {faults.map((fault, at) => (
              <tr key={at}>
                {rows && <td class="end">{fault.row ?? "–"}</td>}
                {rows && <td class="mono">{fault.item ?? "–"}</td>}
                <td>{label(fault.field)}</td><td data-code={fault.code}>{expectedOf(fault)}</td><td class="mono got">{gotOf(fault)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

/** What keeps an item from being saved and stands at none of the fields that are shown. */
export function Refusal({ register, error, faults, known }: { register: Register; error: unknown; faults: Fault[]; known: (name: string) => boolean }) {
  if (!error) return null;
  if (!faults.length) return <ErrorNote error={error} />;
  const elsewhere = faults.filter((fault) => fault.field === null || !known(fault.field));
  return elsewhere.length ? <FaultList register={register} faults={elsewhere} /> : null;
}
