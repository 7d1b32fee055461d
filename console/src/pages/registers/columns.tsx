/** Which members a register's table shows: the first that fit a line. */
import { Badge, type Column, startOfDay } from "../../design";
import { fieldLabel, idOf, type Item, type Register, type RegisterField, shownValue } from "./description";

const COLUMNS_MOST = 7;
/** Too long for a line of a table. */
const LONG = new Set(["remark", "address", "photo_id", "density_kg_m3"]);

/** What people ask a register for before anything else. */
const FIRST: Record<string, string[]> = {
  companies: ["company_id", "name", "credit_code", "licence_no", "licence_valid_to", "contact", "phone"],
  "vehicle-register": ["vehicle_id", "plate", "plate_colour", "company_id", "capacity_kg", "energy", "inspected_to"],
  drivers: ["driver_id", "name", "company_id", "licence_class", "licence_valid_to", "phone"],
  washers: ["terminal_id", "name", "site_id", "lon_deg", "lat_deg"],
  gates: ["terminal_id", "name", "dump_point_id", "site_id", "lon_deg", "lat_deg"],
};

const shownFields = (register: Register): RegisterField[] => {
  const first = FIRST[register.name];
  if (first) return first.flatMap((name) => register.fields.find((field) => field.name === name) ?? []);
  return register.fields.filter((field) => field.kind !== "json" && field.kind !== "ids" && !LONG.has(field.name)).slice(0, COLUMNS_MOST);
};

const isDay = /^\d{4}-\d{2}-\d{2}$/;

/** A day that has passed is what somebody looks for in a register. */
function Cell({ field, value }: { field: RegisterField; value: unknown }) {
  const shown = shownValue(field, value);
  if (field.kind === "date" && isDay.test(String(value)) && field.name.endsWith("_to") && String(value) < startOfDay().slice(0, 10)) return <Badge tone="critical">{shown}</Badge>;
  if (field.kind === "choice" && value) return <Badge tone="outline">{shown}</Badge>;
  return <>{shown}</>;
}

export function columnsOf(register: Register): Column<Item>[] {
  return shownFields(register).map((field) => ({
    id: field.name,
    label: fieldLabel(field),
    end: field.kind === "number" || field.kind === "integer",
    cell: (item: Item) => field.name === register.id_name ? <span class="mono">{idOf(register, item)}</span> : field.name === "plate" ? <span class="plate">{shownValue(field, item.plate)}</span> : <Cell field={field} value={item[field.name]} />,
  }));
}
