/** What the API says about scores. */
import type { Schema } from "../../api/schema";

export type SubjectKind = Schema<"Score">["subject_kind"];

/** Whose entries are looked at. */
export interface Subject {
  id: string;
  name: string;
}

export type Score = Schema<"Score">;
export type Entry = Schema<"ScoreEntry">;
export type Cell = Pick<Schema<"PointRow">, "kind" | "subject_kind" | "points" | "default_points">;
