import { serveImpairment } from "../dist/lab/impair/impair-child.js";

serveImpairment();
