import { expect, it } from "vitest";
import { inlineScript, inlineStyle } from "./inline.ts";

it("a script cannot end its element, and says what it said before", () => {
  const script = 'globalThis.said = "</script><!--<SCRIPT></ScRiPt " + /<\\/b>/u.source;';
  const inlined = inlineScript(script);
  expect(inlined).not.toMatch(/<\/script|<!--/i);
  // What the text means is the point.
  const read = (text: string) => new Function(`${text} return globalThis.said`)();
  expect(read(inlined)).toBe(read(script));
});

it("comparisons and other elements stay as they are", () => {
  const script = "for(let i=0;i<scripts;i++)a<!b;'</div>'";
  expect(inlineScript(script)).toBe(script);
});

it("a stylesheet cannot end its element", () => {
  expect(inlineStyle('a::before{content:"</style>"}')).toBe('a::before{content:"\\3c /style>"}');
});
