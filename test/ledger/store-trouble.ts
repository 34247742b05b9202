import type { Place } from "../place.ts";
import { type ChaosProxy, chaosProxy, type Weather } from "../store/chaos-proxy.ts";
import type { Life } from "./life.ts";
import type { StoreWord } from "./server-config.ts";

/** What stands between the nodes and where their state is. */
export interface StoreTrouble {
  /** Where nodes find it. */
  readonly place: Place;
  /** How the store is from now on, for this life; a service is so for every node. */
  readonly become: (word: StoreWord, life: Life) => Promise<void>;
  readonly close: () => Promise<void>;
}

const WEATHER: Readonly<Record<StoreWord, Weather>> = {
  fine: { kind: "fine" },
  fails: { kind: "down" },
  "answer lost": { kind: "answer lost" },
};

/** A service is cut off on its way; a file cannot be, so there the process fails its own calls. */
export async function storeTrouble(place: Place): Promise<StoreTrouble> {
  if (!place.startsWith("sqlite:")) return onItsWay(place);
  return {
    place,
    become: async (word, life) => life.storeIs(word),
    close: async () => {},
  };
}

async function onItsWay(place: Place): Promise<StoreTrouble> {
  const [url = "", name = ""] = place.split("#");
  const proxy: ChaosProxy = await chaosProxy(url);
  return {
    place: `${proxy.url}#${name}`,
    become: (word) => proxy.become(WEATHER[word]),
    close: proxy.close,
  };
}
