/** What a permit is: its life, its quotas, and which of its trucks fail their checks. */
import { useEffect, useState } from "preact/hooks";
import { request } from "../../api/client";
import type { Schema } from "../../api/schema";
import type { Tone } from "../../design";
import type { Item } from "../registers/description";

export type Permit = Schema<"PermitsItem"> & Item;
export type Quota = Permit["quota"][number];
export type Step = NonNullable<Permit["steps"]>[number];
export type Status = Permit["status"];

export const TONES: Record<Status, Tone> = { applied: "notice", rejected: "critical", approved: "good", suspended: "warning", cancelled: "plain" };

type Failing = Schema<"Compliance">;

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
        const answer: { vehicles: Failing[]; next: string | null } = await request("GET", path);
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
