import { servePhone } from "../dist/lab/phone/phone-child.js";

servePhone();
