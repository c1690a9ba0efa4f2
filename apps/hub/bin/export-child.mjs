import { serveOneExport } from "../dist/export/export-child.js";

serveOneExport();
