import type { ComponentChildren } from "preact";
import type { SignupActions, SignupState } from "../signup/signup-state.ts";
import type { SdkView } from "../view.ts";
import type { Words } from "../words/words.ts";

/** What a screen puts into the frame that all screens share. */
export interface Panel {
  readonly mark?: "busy" | "done" | "problem" | "window" | "closed";
  readonly title: string;
  /** Announced by screen readers when it changes. */
  readonly text?: string;
  readonly body?: ComponentChildren;
}

/** Whatever the screens of both pages are made of. */
export interface Scene {
  readonly words: Words;
  /** `null` before the hub has told anything. */
  readonly view: SdkView | null;
  readonly signup: SignupState;
  readonly actions: SignupActions;
}
