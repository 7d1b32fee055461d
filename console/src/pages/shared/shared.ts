/** What a link shows, as `/v1/shared/{token}` answers it. */
import type { Schema } from "../../api/schema";

export type SharedEvent = SharedCase["events"][number];

export type SharedCase = Schema<"SharedCase">;
export type Shared = Schema<"Shared">;
