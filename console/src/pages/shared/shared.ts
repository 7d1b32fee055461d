/** What a link shows, as `/v1/shared/{token}` answers it. */
import type { CaseStatus } from "../../design";
import type { TrackAnswer } from "../../track/track";

export interface SharedCase {
  case_id: string;
  case_no: string;
  kind_zh: string;
  kind_en: string;
  severity: number;
  status: CaseStatus;
  vehicle_id: string | null;
  plate: string | null;
  company_name: string | null;
  district_id: string | null;
  position: { coordinates: [number, number] } | null;
  start: string;
  end: string | null;
  opened_at: string;
  due_at: string;
  ended_at: string | null;
  overdue: boolean;
  steps: { at: string; step: string; step_zh: string; step_en: string; to_status: CaseStatus }[];
}

export interface Shared {
  kind: "case" | "playback";
  expires_at: string;
  case: SharedCase | null;
  track: (TrackAnswer & { thinned: boolean; deviation_m: number }) | null;
}
