/** A command that was sent again after a lost connection may be so old, and no older. */
const OLDEST_US = 120e6;

/**
 * Hub microseconds of a marker: those the page saw at the key press, unless they lie ahead (a wrong estimate) or too far
 * back; then the moment of arrival. The travel of a command, or its repetition, does not shift the marker.
 */
export function markerTime(arrivedUs: number, atUs: number | undefined): number {
  return atUs !== undefined && atUs <= arrivedUs && atUs >= arrivedUs - OLDEST_US ? atUs : arrivedUs;
}
