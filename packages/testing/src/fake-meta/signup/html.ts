/** Markup that needs no more escaping. */
export interface Html {
  readonly markup: string;
}

type Insert = string | Html | readonly Html[];

/** A template whose inserts are escaped, unless they are markup themselves. */
export function html(texts: TemplateStringsArray, ...inserts: readonly Insert[]): Html {
  const parts = texts.map((text, index) => text + markupOf(inserts[index] ?? ""));
  return { markup: parts.join("") };
}

/** A script, or data for one: nothing in it can end the element. */
export function script(attributes: string, code: string): Html {
  return { markup: `<script ${attributes}>${code.replaceAll("</", "<\\/")}</script>` };
}

function markupOf(insert: Insert): string {
  if (typeof insert === "string") return insert.replace(/[&<>"']/g, escaped);
  return "markup" in insert ? insert.markup : insert.map(({ markup }) => markup).join("");
}

function escaped(character: string): string {
  return `&#${character.charCodeAt(0)};`;
}
