import { expect, it } from "vitest";
import { accentOf, contrast } from "./accent.ts";

const STEPS = [0, 51, 85, 119, 128, 153, 204, 255].map((part) =>
  part.toString(16).padStart(2, "0"),
);
const COLORS = STEPS.flatMap((red) =>
  STEPS.flatMap((green) => STEPS.map((blue) => `#${red}${green}${blue}`)),
);

it("measures as WCAG does", () => {
  expect(contrast("#000000", "#ffffff")).toBeCloseTo(21, 5);
  expect(contrast("#767676", "#ffffff")).toBeCloseTo(4.54, 2);
  expect(contrast("#ff0000", "#ff0000")).toBe(1);
});

it("text on any color is readable, and what is drawn in it can be seen", () => {
  for (const color of COLORS) {
    const { onAccent, edge } = accentOf(color) ?? { onAccent: color, edge: "#ffffff" };
    expect(contrast(color, onAccent), color).toBeGreaterThanOrEqual(4.5);
    expect(contrast(edge, "#ffffff"), color).toBeGreaterThanOrEqual(3);
  }
});

it("the color itself stays as it was asked for", () => {
  expect(accentOf("#4338CA")).toEqual({ accent: "#4338CA", onAccent: "#ffffff", edge: "#4338CA" });
  expect(accentOf("#ffe000")).toEqual({ accent: "#ffe000", onAccent: "#000000", edge: "#1c211f" });
});

it.each([null, "", "red", "#fff", "#12345g", "url(x)", "#123456;}"])("%j is no color", (color) => {
  expect(accentOf(color)).toBeNull();
});
