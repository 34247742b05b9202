/** Why Meta says that connections have ended. */
export type EndReason =
  | "meta_partner_removed"
  | "primary_inactivity"
  | "companion_inactivity"
  | "app_uninstalled"
  | "offboarded"
  | "account_deleted"
  | "token_revoked";

/** A word of Meta's about an account that changes what its connections are. */
export type Signal =
  /** `ofPhone`: it ended with the WhatsApp Business app, so numbers that are not shared with it stay. */
  | { readonly kind: "ended"; readonly reason: EndReason; readonly ofPhone: boolean }
  /** What had ended is there again. */
  | { readonly kind: "returned" }
  /** Meta has disabled the account, or takes that back. */
  | { readonly kind: "disabled" }
  | { readonly kind: "reinstated" }
  /** The account was shared with us, which says that whatever ended it before is over. */
  | { readonly kind: "shared" };

/** The `statusReason` of a number that only Meta can resume. */
export const META_DISABLED = "meta_disabled";
