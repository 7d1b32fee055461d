/** What a permit is: its life, its quotas, and which of its trucks fail their checks. */
import { useEffect, useState } from "preact/hooks";
import { get } from "../../api/client";
import type { Tone } from "../../design";
import type { Item } from "../registers/description";

export interface Quota {
  unit: "trips" | "t" | "m3";
  amount: number;
  used: number;
  left: number;
  unmeasured_trips: number;
  warning: "used_up" | "nearly_used_up" | null;
}

export interface Step {
  step_no: number;
  at: string;
  by_name: string;
  step: string;
  from_status: string | null;
  to_status: string;
  comment: string | null;
}

export type Status = "applied" | "rejected" | "approved" | "suspended" | "cancelled";

export interface Permit extends Item {
  permit_id: string;
  status: Status;
  company_id?: string;
  vehicle_ids?: string[];
  site_id?: string;
  dump_point_ids?: string[];
  corridor_ids?: string[];
  valid_from?: string;
  valid_to?: string;
  windows?: { days?: number[]; from: string; to: string }[];
  max_load_kg?: number;
  spoil?: string;
  issuer?: string;
  remark?: string;
  quota: Quota[];
  allowed_steps: string[];
  steps?: Step[];
}

export const TONES: Record<Status, Tone> = { applied: "notice", rejected: "critical", approved: "good", suspended: "warning", cancelled: "plain" };

interface Failing {
  vehicle_id: string;
  plate: string | null;
  lacking: number;
  permit_ids: string[];
}

// Four pages of five hundred: a city in which more trucks fail has other worries than a mark in a list.
const PAGES_MOST = 4;

/** Ask which trucks fail, by the permits that they haul under. */
export function useFailing(company?: string): ReadonlyMap<string, Failing[]> {
  const [failing, keep] = useState<ReadonlyMap<string, Failing[]>>(new Map());
  useEffect(() => {
    let current = true;
    const ask = async () => {
      const found = new Map<string, Failing[]>();
      let path: string | null = `/v1/compliance?failing=true&limit=500${company ? `&company_id=${encodeURIComponent(company)}` : ""}`;
      for (let page = 0; path && page < PAGES_MOST; page += 1) {
        const answer: { vehicles: Failing[]; next: string | null } = await get(path);
        for (const truck of answer.vehicles) for (const permit of truck.permit_ids) found.set(permit, [...(found.get(permit) ?? []), truck]);
        path = answer.next;
      }
      if (current) keep(found);
    };
    ask().catch(() => current && keep(new Map()));
    return () => {
      current = false;
    };
  }, [company]);
  return failing;
}
