/** The phases of a device's driver, as the page shows them. */
export type DriverPhase = "closed" | "connecting" | "connected" | "armed" | "lost";
