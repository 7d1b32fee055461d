/** Values put into words. Pure: no language is chosen here. */

/** `{count}` is a value; `{count|truck|trucks}` the word that goes with it: of one, of any other number. */
const PLACE = /\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g;

/** Return a text with its values filled in; what there is no value for stays as it is. */
export function filledIn(text: string, values: Record<string, string | number>): string {
  return text.replace(PLACE, (whole, name: string, one?: string, other?: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return one === undefined || other === undefined ? String(value) : String(value) === "1" ? one : other;
  });
}
