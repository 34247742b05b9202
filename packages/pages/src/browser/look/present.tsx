import { type ComponentChild, render } from "preact";
import type { Panel } from "../screens/panel.ts";
import type { SdkView } from "../view.ts";
import { chooseLanguage, WORDS } from "../words/choose-language.ts";
import type { Words } from "../words/words.ts";
import { accentOf } from "./accent.ts";
import { Frame } from "./frame.tsx";

interface Presentation {
  readonly screen: string;
  readonly view: SdkView | null;
  readonly panel: (words: Words) => Panel;
}

/**
 * Puts screens into the page, and takes the reader along: a new one has the focus on its heading, its
 * name in the title, its language said.
 */
export function presenter(root: Element): (presentation: Presentation) => void {
  let shown = "";
  return ({ screen, view, panel: panelIn }) => {
    const language = chooseLanguage([view?.language ?? null, ...navigator.languages]);
    const words = WORDS[language];
    const panel = panelIn(words);
    const branding = view?.branding;
    document.documentElement.lang = language;
    document.title = [panel.title, branding?.displayName].filter(Boolean).join(" – ");
    paint(branding?.accentColor ?? null);

    const page: ComponentChild = <Frame {...{ panel, screen, branding, words }} />;
    render(page, root);
    if (screen === shown) return;
    shown = screen;
    root.querySelector("h1")?.focus();
    scrollTo(0, 0);
  };
}

function paint(color: string | null): void {
  const colors = accentOf(color);
  if (!colors) return;
  const { style } = document.documentElement;
  style.setProperty("--accent", colors.accent);
  style.setProperty("--on-accent", colors.onAccent);
  style.setProperty("--edge", colors.edge);
}
