/** Colors made from the one that the branding names. */
export interface Accent {
  readonly accent: string;
  /** Readable on the accent. */
  readonly onAccent: string;
  /** The accent where it can be told from white, ink where it cannot: for borders and marks. */
  readonly edge: string;
}

const INK = "#1c211f";

/** What WCAG asks of parts that are not text. */
const VISIBLE = 3;

/**
 * Colors for a page in a service's own look, readable whatever the service's color is.
 *
 * @param color `#rrggbb`; anything else gives `null`, and the page keeps its own colors.
 */
export function accentOf(color: string | null): Accent | null {
  if (!color || !/^#[0-9a-f]{6}$/i.test(color)) return null;
  const onAccent = contrast(color, "#ffffff") >= contrast(color, "#000000") ? "#ffffff" : "#000000";
  const edge = contrast(color, "#ffffff") >= VISIBLE ? color : INK;
  return { accent: color, onAccent, edge };
}

/**
 * How well two colors can be told apart, from 1 to 21.
 *
 * @see https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
 */
export function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
