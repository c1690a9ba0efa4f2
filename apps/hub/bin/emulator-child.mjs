import { serveEmulator } from "../dist/lab/emulator-child.js";

serveEmulator();
