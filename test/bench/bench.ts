import type { Place } from "../place.ts";
import type { Child, Children } from "./children.ts";
import type { SinkCommands } from "./counting-sink.ts";
import type { FakeNumber } from "./fake-number.ts";
import type { Plan } from "./plan.ts";

/** What every part of the bench works with. */
export interface Bench {
  readonly plan: Plan;
  readonly children: Children;
  readonly number: FakeNumber;
  readonly sink: Child<SinkCommands>;
  readonly sinkUrl: string;
  /** Where nobody has been yet. */
  readonly newPlace: () => Place;
  /** Says what is being measured. */
  readonly say: (what: string) => void;
}
