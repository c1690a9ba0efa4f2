import { serveOneWork } from "../dist/jobs/work-child.js";

serveOneWork();
