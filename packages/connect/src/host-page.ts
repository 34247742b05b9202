/** As much of `window` as is used here, so that tests can stand in for a browser. */
export interface HostPage {
  readonly location: { readonly origin: string };
  readonly screenX: number;
  readonly screenY: number;
  readonly outerWidth: number;
  readonly outerHeight: number;
  open(url: string, target: string, features: string): HostPopup | null;
  addEventListener(type: "message", listener: (event: HostMessage) => void): void;
  removeEventListener(type: "message", listener: (event: HostMessage) => void): void;
  setTimeout(run: () => void, ms: number): number;
  clearTimeout(id: number): void;
  setInterval(run: () => void, ms: number): number;
  clearInterval(id: number): void;
}

/** As much of a window that was opened. */
export interface HostPopup {
  readonly closed: boolean;
  focus(): void;
  close(): void;
}

/** As much of a message event. */
export interface HostMessage {
  readonly source: unknown;
  readonly origin: string;
  readonly data: unknown;
}
