/** What stands between words, in the page's language. */
import { language } from "../i18n";

const marks = { zh: { colon: "：", comma: "、", semicolon: "；" }, en: { colon: ": ", comma: ", ", semicolon: "; " } } as const;

export const colon = (): string => marks[language.value].colon;

/** Sentences, one after the other. */
export const joined = (parts: readonly string[]): string => parts.join(marks[language.value].semicolon);

export const listed = (names: readonly string[]): string => names.join(marks[language.value].comma);
