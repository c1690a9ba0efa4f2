import { SessionStore, systemTimers } from "@polychron/session/store";
import { programVersion } from "../version.js";
import { errorText } from "./exit-code.js";
import type { OwnedFolder } from "./owned-folder.js";
import type { Surroundings } from "./surroundings.js";

/** A session store over a folder that this process holds, open for the time of `work`. Throws `STORAGE_*`, and what `work` throws. */
export async function withOwnStore<Result>(
  owned: OwnedFolder,
  surroundings: Surroundings,
  work: (store: SessionStore) => Promise<Result>,
): Promise<Result> {
  const store = await SessionStore.open({
    ...owned,
    folder: owned.recordingsFolder,
    timers: systemTimers,
    software: { name: "polychron", version: programVersion() },
    onFault: (error) => surroundings.err(errorText(error)),
  });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}
