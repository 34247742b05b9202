import type { Words } from "./words.ts";

export const en: Words = {
  loading: "One moment…",

  connectTo: (service) => `Connect WhatsApp to ${service}`,
  connect: "Connect your WhatsApp number",
  madeFor: (tenant) => `This link was made for ${tenant}.`,
  stepLogin: "Log in with Facebook in the window that Meta opens, and choose your number there.",
  stepBack: "Come back to this page. It finishes the connection by itself.",
  password: "Your Facebook password stays with Meta. Nobody else sees it.",
  whichNumber: "Which number do you want to connect?",
  appNumber: "I use the WhatsApp Business app with this number",
  appNumberHint:
    "You keep the app and your chats. Have the phone at hand. Linked devices have to be linked again afterwards.",
  newNumber: "A new number",
  newNumberHint: "It is not used in any WhatsApp app.",
  preparing: "Preparing Meta’s login…",
  scriptMissing:
    "Meta’s login could not be loaded. An ad blocker or a privacy setting may be the reason: allow it for this page, then load the page again.",
  scriptMissingHere:
    "Meta’s login could not be loaded, perhaps because of an ad blocker. You can go on all the same: Meta then opens in this window.",

  continueWithFacebook: "Continue with Facebook",
  continueHere: "Continue in this window",
  tryAgain: "Try again",
  startAgain: "Start again",
  reload: "Load the page again",
  cancel: "Cancel",
  close: "Close this window",

  waiting: [
    "Go on in Meta’s window",
    "This page continues by itself once you are done there. Please leave it open.",
  ],
  noWindow: "You do not see a window, or have closed it?",
  blocked: ["Meta’s window was blocked", "Allow pop-up windows for this page, then try again."],
  blockedHere:
    "Your browser did not let it open. Allow pop-up windows for this page and try again, or continue in this window.",
  left: [
    "Not connected yet",
    "Meta’s window was closed before you were through. Nothing has been connected. You can try again.",
  ],
  metaFailed: [
    "Something went wrong at Meta",
    "The problem came up in Meta’s window. Nothing has been connected. You can try again.",
  ],
  metaSays: (message) => `Meta says: “${message}”`,

  working: ["Connecting your number", "This takes a few seconds. Please leave this page open."],
  chooseNumber: [
    "Choose your number",
    "Your WhatsApp Business account has more than one. Which one should be connected?",
  ],
  chooseFirst: "Please choose a number.",
  connectNumber: "Connect this number",
  pin: [
    "Enter the PIN of your number",
    "This number is protected by two-step verification, so Meta asks for its PIN.",
  ],
  pinLabel: "Six-digit PIN",
  pinHelp:
    "It is not a code that you receive by SMS. Nobody knows it any more? It can be changed in WhatsApp Manager. Meta allows only a few attempts.",
  pinShape: "The PIN has exactly six digits.",
  pinWrong: "Meta did not accept this PIN. Please check it.",
  pinButton: "Continue",

  failed: "The number could not be connected",
  errors: {
    endpoint_unreachable: "The server that is to receive your messages could not be reached.",
    endpoint_http_error: "The server that is to receive your messages answered with an error.",
    challenge_mismatch: "The server that is to receive your messages did not pass Meta’s check.",
    verify_token_rejected: "The server that is to receive your messages refused Meta’s check.",
    timeout: "The server that is to receive your messages did not answer in time.",
    redirect: "The server that is to receive your messages pointed to another address.",
    user_cancelled: "Meta’s window was closed before you were through.",
    session_expired: "Too much time has passed since this was started.",
    code_expired: "Meta’s confirmation expired before it could be used.",
    code_used: "Meta’s confirmation had been used already.",
    exchange_ambiguous: "Meta’s answer was lost on the way, so this attempt cannot go on.",
    token_invalid: "Meta did not accept the access that was granted.",
    missing_permission:
      "A permission that is needed was not granted. Please leave all of them switched on in Meta’s window.",
    waba_not_granted:
      "The WhatsApp Business account or number was not shared. Please select it in Meta’s window.",
    number_ambiguous: "Your account has several numbers, and it is not clear which one you mean.",
    number_missing:
      "Your WhatsApp Business account has no number yet. Add one in WhatsApp Manager, then try again.",
    waba_conflict: "This WhatsApp Business account or number is already connected elsewhere.",
    subscribe_refused: "Meta refused to deliver the messages of this account.",
    override_refused: "Meta did not accept the address that your messages are to be sent to.",
    pin_required: "The number is protected by a PIN.",
    register_refused: "Meta refused to register the number.",
    meta_unavailable: "Meta is not answering at the moment.",
    unknown: "Something unexpected happened.",
  },
  askSupport:
    "If you cannot get any further, contact whoever sent you this link. This reference helps them:",

  completed: "WhatsApp is connected",
  number: "Number",
  verifiedName: "Name on WhatsApp",
  pending: "Meta is still reviewing this number. That is normal, and you need not do anything.",
  mayClose: "You can close this page.",
  cancelled: [
    "Cancelled",
    "Nothing has been connected. If you change your mind, ask for a new link.",
  ],
  expired: ["This link has expired", "Please ask for a new one where you got it."],
  elsewhere: [
    "This link cannot be used here",
    "It was opened in another browser, or has been used already. Go on where you began, or ask for a new link.",
  ],
  missing: [
    "This link is not valid",
    "Check that the address is complete, or ask for a new link where you got it.",
  ],
  unavailable: [
    "Not available right now",
    "The service did not answer. Please try again in a minute.",
  ],
  noOpener: [
    "This window has lost its page",
    "Close it, then start again on the page that you came from.",
  ],
  sent: ["You are done here", "Return to the page that you came from."],
  leadsTo: (host) => `You are being taken to ${host}.`,
  goTo: (host) => `Continue to ${host}`,

  support: "Help",
  privacy: "Privacy",
};
