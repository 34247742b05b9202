export { type AdapterUnderTest, adapterContract } from "./adapter-contract.ts";
export { type KeyvUnderTest, keyvUnderTest } from "./keyv-under-test.ts";
export { type OpenQueue, type QueueUnderTest, queueContract } from "./queue-contract.ts";
export { type OpenStore, type StoreUnderTest, storeContract } from "./store-contract.ts";
