/** How to open Meta's login, as the hub says it. */
export interface Login {
  readonly appId: string;
  readonly configId: string | null;
  /** E.g. `v25.0`. */
  readonly graphVersion: string;
  /** The whole address of Meta's script. */
  readonly sdkUrl: string;
  /** Exact origins, or `https://*.facebook.com`: that host and whatever is below it. */
  readonly messageOrigins: readonly string[];
  /** What Meta's window is filled in with. */
  readonly setup: object;
}

/** How the page looks like the service it belongs to. */
export interface Branding {
  readonly displayName: string | null;
  readonly logoUrl: string | null;
  /** `#rrggbb` */
  readonly accentColor: string | null;
  readonly supportUrl: string | null;
  readonly privacyUrl: string | null;
}

/** Whether numbers of the WhatsApp Business app can, or must, be connected. */
export type Coexistence = "offer" | "require" | "off";

/** What both pages need to know to open Meta's window. */
export interface SdkView {
  readonly tenantName: string | null;
  /** What the host wants; `null`: the browser's. */
  readonly language: string | null;
  readonly branding: Branding;
  readonly coexistence: Coexistence;
  readonly login: Login;
}

/** A number to choose from. */
export interface NumberChoice {
  readonly phoneNumberId: string;
  readonly displayPhoneNumber: string | null;
  readonly verifiedName: string | null;
}

/** An onboarding session, as the hub shows it to the person who has the link. */
export interface View extends SdkView {
  readonly sessionId: string;
  readonly tenantName: string;
  readonly status:
    | "created"
    | "started"
    | "exchanging"
    | "choose_number"
    | "subscribing"
    | "completed"
    | "failed"
    | "cancelled"
    | "expired";
  readonly errorCategory: string | null;
  /** What the person can do about a failure. */
  readonly retry: "signup" | "resume" | "pin" | "number" | null;
  readonly phoneNumbers: readonly NumberChoice[];
  readonly connection: {
    readonly displayPhoneNumber: string | null;
    readonly verifiedName: string | null;
    readonly status: string;
  } | null;
  /** What Meta's window has come to, as the hub was told last; `null` once it has led to something. */
  readonly signal: { readonly event: string; readonly errorMessage: string | null } | null;
  /** Where this outcome leads: by itself after a while, or by a button only. */
  readonly redirect: { readonly url: string; readonly afterMs: number | null } | null;
}

/** Whether a run of Meta's window can still lead to something. */
export function canSignUp({ status, retry }: Pick<View, "status" | "retry">): boolean {
  const isOpen = status === "created" || status === "started";
  return isOpen || (status === "failed" && retry === "signup");
}
