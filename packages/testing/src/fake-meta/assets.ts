import { metaTime } from "./meta-time.ts";
import { known, type MetaApp, type PhoneNumber, type State, type Waba } from "./state.ts";

type GraphFields = Readonly<Record<string, unknown>>;

/** An app to register; what is left out is generated, the same in every run. */
export interface AppInput {
  readonly appId?: string;
  readonly appSecret: string;
  readonly verifyToken?: string;
  readonly name?: string;
  /** The partner's business portfolio; one for all apps that name none. */
  readonly businessId?: string;
  /** Where the signup may redirect to, to the letter; left out, anywhere. */
  readonly redirectUris?: readonly string[];
}

/** A WABA to invent; `fields` overrides anything `GET /{waba}` answers, under Meta's names. */
export interface WabaInput {
  readonly wabaId?: string;
  readonly name?: string;
  readonly businessId?: string;
  readonly fields?: GraphFields;
}

/** A number to invent; `fields` overrides anything `GET /{phone}` answers, under Meta's names. */
export interface NumberInput {
  readonly wabaId: string;
  readonly phoneNumberId?: string;
  /** As people write it, e.g. `+1 555-010-0142`. */
  readonly displayPhoneNumber?: string;
  readonly verifiedName?: string;
  readonly qualityRating?: "GREEN" | "YELLOW" | "RED" | "UNKNOWN" | "NA";
  readonly platformType?: "CLOUD_API" | "ON_PREMISE" | "NOT_APPLICABLE";
  /** With `CLOUD_API`, the number is shared with the WhatsApp Business app: coexistence. */
  readonly isOnBizApp?: boolean;
  /** Six digits: two-step verification is on. */
  readonly pin?: string;
  readonly fields?: GraphFields;
}

/** Arranges the apps, accounts and numbers this Meta knows. Each method throws on unknown ids. */
export interface Assets {
  readonly addApp: (input: AppInput) => MetaApp;
  readonly addWaba: (input?: WabaInput) => Waba;
  /** The newest number comes first in `GET /{waba}/phone_numbers`. */
  readonly addNumber: (input: NumberInput) => PhoneNumber;
  /** Changes what `GET /{waba}` answers, under Meta's names. */
  readonly updateWaba: (wabaId: string, fields: GraphFields) => void;
  /** Changes what `GET /{phone}` answers, under Meta's names. */
  readonly updateNumber: (phoneNumberId: string, fields: GraphFields) => void;
  /** From now on the id is unknown, as after the customer deleted the number. */
  readonly removeNumber: (phoneNumberId: string) => void;
}

/** The assets of one Meta. */
export function assets(state: State): Assets {
  return {
    addApp: (input) => addApp(state, input),
    addWaba: (input = {}) => addWaba(state, input),
    addNumber: (input) => addNumber(state, input),
    updateWaba: (wabaId, fields) => merge(known(state.wabas, wabaId), fields),
    updateNumber: (id, fields) => merge(known(state.numbers, id), fields),
    removeNumber(id) {
      known(state.numbers, id);
      state.numbers.delete(id);
    },
  };
}

function merge(node: { fields: GraphFields }, fields: GraphFields): void {
  node.fields = { ...node.fields, ...fields };
}

const PARTNER_ID = "506914307650001";

function addApp(state: State, input: AppInput): MetaApp {
  const appId = input.appId ?? String(670_843_887_430_000 + state.count("app"));
  const verifyToken = `verify-${appId}`;
  const app = { name: "Lucky Platform", businessId: PARTNER_ID, verifyToken, ...input, appId };
  state.apps.set(appId, app);
  return app;
}

function addWaba(state: State, input: WabaInput): Waba {
  const ordinal = state.count("waba");
  const {
    wabaId = String(104_996_122_390_000 + ordinal),
    name = `Lucky Shrub ${ordinal}`,
    businessId = String(2_729_063_490_580_000 + ordinal),
  } = input;
  const fields = {
    name,
    timezone_id: "1",
    message_template_namespace: `ba30dd89_2ebd_41e4_b805_${wabaId}`,
    account_review_status: "APPROVED",
    business_verification_status: "verified",
    country: "US",
    currency: "USD",
    ownership_type: "CLIENT_OWNED",
    owner_business_info: { name, id: businessId },
    status: "ACTIVE",
    ...input.fields,
  };
  const waba = { wabaId, fields, apps: new Map() };
  state.wabas.set(wabaId, waba);
  return waba;
}

function addNumber(state: State, input: NumberInput): PhoneNumber {
  const { wabaId } = known(state.wabas, input.wabaId);
  const ordinal = state.count("number");
  const phoneNumberId = input.phoneNumberId ?? String(110_200_345_500_000 + ordinal);
  const fields = {
    display_phone_number: input.displayPhoneNumber ?? displayNumber(ordinal),
    verified_name: input.verifiedName ?? `Lucky Shrub ${ordinal}`,
    quality_rating: input.qualityRating ?? "GREEN",
    name_status: "APPROVED",
    new_name_status: "NONE",
    code_verification_status: "VERIFIED",
    status: "CONNECTED",
    platform_type: input.platformType ?? "CLOUD_API",
    is_on_biz_app: input.isOnBizApp ?? false,
    throughput: { level: "STANDARD" },
    account_mode: "LIVE",
    is_official_business_account: false,
    country_code: "US",
    country_dial_code: "1",
    unified_cert_status: "APPROVED",
    whatsapp_business_manager_messaging_limit: "TIER_2K",
    last_onboarded_time: metaTime(state.clock.now()),
    ...input.fields,
  };
  const { pin } = input;
  const history = { registrations: [], lockedUntil: 0, syncs: new Set<string>() };
  const number = { phoneNumberId, wabaId, fields, overrides: new Map(), pin, ...history };
  state.numbers.set(phoneNumberId, number);
  return number;
}

/** `+1 555-010-0001`, `+1 555-010-0002` …: distinct for the first nine million numbers. */
function displayNumber(ordinal: number): string {
  const line = String(100_000 + ordinal).padStart(7, "0");
  return `+1 555-${line.slice(0, 3)}-${line.slice(3)}`;
}
