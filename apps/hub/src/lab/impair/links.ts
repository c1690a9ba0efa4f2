/** How a lab's network can behave: the link models of `@polychron/sync/link-model`. */
export const LAB_LINKS = ["lan", "wifi-quiet", "wifi-busy", "wifi-upload", "wifi-psm"] as const;

/** One of them. */
export type LabLink = (typeof LAB_LINKS)[number];
