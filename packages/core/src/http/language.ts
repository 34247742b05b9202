/**
 * The language somebody reads best, of those there are; by `Accept-Language` as RFC 9110 has it, where a
 * region does not matter.
 *
 * @param offered Lower-case primary tags, e.g. `en`; the first one is for whoever wants none of them.
 */
export function preferredLanguage<Language extends string>(
  header: string | readonly string[] | undefined,
  offered: readonly [Language, ...Language[]],
): Language {
  const wishes = String(header ?? "")
    .split(",")
    .map(readWish)
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight);
  const found = wishes
    .map(({ tag }) => (tag === "*" ? offered[0] : offered.find((language) => language === tag)))
    .find((language) => language !== undefined);
  return found ?? offered[0];
}

function readWish(text: string): { readonly tag: string; readonly weight: number } {
  const [range = "", ...parameters] = text.split(";").map((part) => part.trim().toLowerCase());
  const quality = parameters.find((parameter) => parameter.startsWith("q="));
  const weight = quality === undefined ? 1 : Number(quality.slice(2));
  return { tag: range.split("-")[0] ?? "", weight: Number.isNaN(weight) ? 0 : weight };
}
