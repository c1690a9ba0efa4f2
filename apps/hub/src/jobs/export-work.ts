import { exportSession } from "@polychron/export";
import { diskFiles } from "@polychron/session/store";
import type { DoWork } from "./work-messages.js";

/** Export: `parameters.formats` are ids of formats; each is a processor of its own. Throws as `exportSession`. */
export const exportWork: DoWork = async ({ recordingsFolder, sessionId, parameters, version }, onProgress) => {
  const formats = parameters["formats"] as string[];
  const result = await exportSession(
    diskFiles(),
    { recordingsFolder, sessionId },
    {
      formats,
      software: { name: "polychron", version },
      onProgress: ({ format, rowsDone, rowsTotal }) =>
        onProgress((formats.indexOf(format) + rowsDone / Math.max(1, rowsTotal)) / formats.length),
    },
  );
  return result.formats.map(({ format, folder, files }) => ({
    processor: `export_${format}`,
    inputs: [],
    outputs: files.map(({ name, sha256 }) => ({ path: `${folder}/${name}`, sha256 })),
    parameters: {},
  }));
};
