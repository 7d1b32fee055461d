/** Whether a key belongs to what is written into: a ticked box takes none but the space bar. */
import { typing } from "../../shell/shortcuts";

export const writing = (event: KeyboardEvent): boolean =>
  typing(event) && !(event.target as Element).matches("input[type=checkbox]");
