import type { Login } from "../view.ts";

/** Meta's script, loaded and initialised. */
export interface Facebook {
  /**
   * Opens Meta's window. Has to be called in a click handler itself, or the browser blocks it.
   *
   * @param answer Told the code, or `null` when there is none.
   */
  readonly login: (options: object, answer: (code: string | null) => void) => void;
}

/** Meta, as a page reaches it. */
export interface Meta {
  /** @param take Told Meta's script once it is there, `null` when it is not: a late one still comes. */
  readonly load: (login: Login, take: (facebook: Facebook | null) => void) => void;
  /** @param take Told the data of every message from Meta's origins. */
  readonly hear: (origins: readonly string[], take: (data: unknown) => void) => void;
}
