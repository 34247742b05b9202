import type { Reseal } from "../crypto/reseal.ts";
import { resealSettled, type Waba } from "./waba.ts";

/** Every secret of an account, also those of a change that is not finished. */
export const resealWaba: Reseal<Waba> = (waba, rewrap) => resealSettled(waba, rewrap);
