/** The store in D1, inside workerd: what every store must do. */
import { createD1Store } from "../../src/runtime/database/d1.ts";
import { storeConformance } from "../store/conformance.ts";

import { emptyDatabase } from "./database.ts";

storeConformance("D1", async () => {
  const database = await emptyDatabase();
  const another = async () => createD1Store(database);
  return { store: await another(), another, dispose: async () => undefined };
});
