import type { Item } from "../item.ts";
import type { JsonObject } from "../lenient.ts";
import type { Raw } from "../message-data.ts";
import type { PresentedItem, UpdateData } from "../update-data.ts";

/** What an item is told as. */
export interface Presented {
  readonly item: Item;
  /** Its value. */
  readonly value: JsonObject;
  readonly raw: JsonObject;
}

/** Makes an item's event; `undefined` when it is not what it seemed to be. Never throws. */
export type Presenter = (presented: Presented) => PresentedItem | undefined;

type TypedUpdate = Exclude<keyof UpdateData, "webhook.unknown">;

/** The data of an event, but for Meta's original. */
type Plain<Type extends TypedUpdate> = Omit<UpdateData[Type], keyof Raw>;

/** Presents values as one event, whose data a reader types. */
export function presentAs<Type extends TypedUpdate>(
  type: Type,
  read: (value: JsonObject, item: Item) => Plain<Type> | undefined,
): Presenter {
  return ({ item, value, raw }) => {
    const data = read(value, item);
    // `read` gives all but `raw` for this very type; TypeScript does not put the two together again.
    return data && ({ type, data: { ...data, raw } } as unknown as PresentedItem);
  };
}
