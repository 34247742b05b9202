/**
 * Every category that the hub may give a failure, and `unknown` for one that is newer than this page.
 */
export type ErrorCategory =
  | "endpoint_unreachable"
  | "endpoint_http_error"
  | "challenge_mismatch"
  | "verify_token_rejected"
  | "timeout"
  | "redirect"
  | "user_cancelled"
  | "session_expired"
  | "code_expired"
  | "code_used"
  | "exchange_ambiguous"
  | "token_invalid"
  | "missing_permission"
  | "waba_not_granted"
  | "number_ambiguous"
  | "number_missing"
  | "waba_conflict"
  | "subscribe_refused"
  | "override_refused"
  | "pin_required"
  | "register_refused"
  | "meta_unavailable"
  | "unknown";

/** What a screen says: its heading, and the sentence below it. */
export type Heading = readonly [title: string, sentence: string];

/** Whatever the pages say, in one language. */
export interface Words {
  readonly loading: string;

  readonly connectTo: (service: string) => string;
  readonly connect: string;
  readonly madeFor: (tenant: string) => string;
  readonly stepLogin: string;
  readonly stepBack: string;
  readonly password: string;
  readonly whichNumber: string;
  readonly appNumber: string;
  readonly appNumberHint: string;
  readonly newNumber: string;
  readonly newNumberHint: string;
  readonly preparing: string;
  readonly scriptMissing: string;
  readonly scriptMissingHere: string;

  readonly continueWithFacebook: string;
  readonly continueHere: string;
  readonly tryAgain: string;
  readonly startAgain: string;
  readonly reload: string;
  readonly cancel: string;
  readonly close: string;

  readonly waiting: Heading;
  readonly noWindow: string;
  readonly blocked: Heading;
  readonly blockedHere: string;
  readonly left: Heading;
  readonly metaFailed: Heading;
  readonly metaSays: (message: string) => string;

  readonly working: Heading;
  readonly chooseNumber: Heading;
  readonly chooseFirst: string;
  readonly connectNumber: string;
  readonly pin: Heading;
  readonly pinLabel: string;
  readonly pinHelp: string;
  readonly pinShape: string;
  readonly pinWrong: string;
  readonly pinButton: string;

  readonly failed: string;
  readonly errors: Readonly<Record<ErrorCategory, string>>;
  readonly askSupport: string;

  readonly completed: string;
  readonly number: string;
  readonly verifiedName: string;
  readonly pending: string;
  readonly mayClose: string;
  readonly cancelled: Heading;
  readonly expired: Heading;
  readonly elsewhere: Heading;
  readonly missing: Heading;
  readonly unavailable: Heading;
  readonly noOpener: Heading;
  readonly sent: Heading;
  readonly leadsTo: (host: string) => string;
  readonly goTo: (host: string) => string;

  readonly support: string;
  readonly privacy: string;
}
