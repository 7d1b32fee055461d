/** What the API says about scores. */
export type SubjectKind = "company" | "vehicle" | "driver";

/** Whose entries are looked at. */
export interface Subject {
  id: string;
  name: string;
}

export interface Score {
  subject_kind: SubjectKind;
  subject_id: string;
  name: string | null;
  base: number;
  deducted: number;
  left: number;
  deductions: number;
  open_appeals: number;
}

export interface Entry {
  entry_no: number;
  at: string;
  event_time: string;
  subject_kind: SubjectKind;
  subject_id: string;
  name: string | null;
  points: number;
  case_id: string | null;
  case_no: string | null;
  kind: string | null;
  reverses: number | null;
  reversed_by: number | null;
  reason: string;
  by: string;
  appeal_no: number | null;
  appeal_text: string | null;
  appealed_at: string | null;
  appeal_upheld: boolean | null;
  decision: string | null;
}

export interface Cell {
  kind: string;
  subject_kind: SubjectKind;
  points: number;
  default_points: number;
}
