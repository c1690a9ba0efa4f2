import { serveOneWork } from "../dist/work/work-child.js";

serveOneWork();
